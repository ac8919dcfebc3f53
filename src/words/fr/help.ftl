### Aide : ce que font le programme, ses commandes et ses options.

malle-about = Garde ce que Facebook, Instagram, Messenger, WhatsApp, Telegram et X vous laissent télécharger dans une seule archive chiffrée, sur votre machine, et le retrouve. N'utilise jamais le réseau
malle-examples =
    malle creer
    malle guide whatsapp
    malle importer ~/Téléchargements/facebook-awa-*.zip
    malle chercher robe bleue de:Fatou
malle-topics = À lire aussi : malle aide requete, malle aide dates, malle aide codes, malle aide environnement.

help-usage = Utilisation :
help-usage-options = [options]
help-usage-command = COMMANDE
help-examples = Exemples :
help-commands = Commandes :
help-arguments = Arguments :
help-options = Options :
help-global-options = Options de toutes les commandes :
help-more = La même commande avec --aide donne aussi les options communes à toutes les commandes.

value-folder = DOSSIER
value-file = FICHIER
value-file-or-stdin = FICHIER|-
value-command = COMMANDE
value-lang = fr|en
value-country = PAYS
value-zone = FUSEAU
value-color = QUAND
value-person = PERSONNE
value-platform = PLATEFORME
value-topic = SUJET

flag-archive = Dossier de l'archive (par défaut : MALLE_ARCHIVE, sinon Malle dans vos documents)
flag-identity = Ouvrir avec la ligne de secours, ou votre propre identité age, lue dans ce fichier
flag-password-file = Lire la phrase secrète dans ce fichier
flag-password-command = Lancer cette commande et prendre ce qu'elle affiche comme phrase secrète
flag-password-stdin = Lire la phrase secrète sur l'entrée standard
flag-lang = Langue des textes : fr ou en
flag-country = Pays des numéros, des dates et des semaines : SN, FR, CA…
flag-tz = Fuseau horaire de l'affichage et des recherches, par exemple Africa/Dakar
flag-json = Donner les résultats en JSON, et les erreurs en JSON sur la sortie d'erreur
flag-quiet = N'afficher que les résultats et les erreurs
flag-verbose = En dire plus, par exemple la cause technique des erreurs
flag-no-input = Ne jamais poser de question ; s'arrêter avec le code 13 et nommer l'option qui répond
flag-color = Couleurs : auto, toujours ou jamais
flag-no-color = Pas de couleurs
flag-no-progress = Pas de barre de progression
flag-help = Afficher l'aide ; --aide en dit plus
flag-version = Afficher la version

guide-about = Dire comment demander votre téléchargement à chaque plateforme, et ce qu'il ne contient pas
guide-platform = facebook, instagram, messenger, whatsapp, telegram ou x ; toutes par défaut
guide-examples = malle guide whatsapp

help-about = Afficher l'aide d'une commande, ou un sujet
help-topic = Une commande, ou requete, dates, codes, environnement
help-help-examples =
    malle aide importer
    malle aide requete

topic-query =
    Comment chercher

    Les mots s'additionnent : chacun doit être trouvé. Accents, majuscules, pluriels et petites
    fautes de frappe ne comptent pas.

      robe bleue              les deux mots
      « robe bleue »          ces mots côte à côte (ou "robe bleue")
      robe OU sac             l'un ou l'autre (en capitales)
      robe -rouge             sans ce mot ; en ligne de commande : malle chercher -- robe -rouge
      (robe OU sac) de:fatou
      jerej*                  commence par
      ~jerejef                se prononce comme
      =côté                   exactement cette orthographe, accents compris
      25000    25k    77 123 45 67    14h30    #tabaski    @awa
      @impayes                une recherche enregistrée, où qu'elle soit : velours -@impayes

    Filtres, en français ou en anglais :

      de: from:               qui a écrit : un nom, un numéro, moi
      à: to:                  à qui
      avec: with:             qui participe à la discussion ; deux fois : les deux
      dans: in:               discussion, groupe, album, page
      plateforme: platform:   facebook, instagram, messenger, whatsapp, telegram, x
      type:                   message, publication, commentaire, story, photo, video, audio, document, lien…
      contient: has:          photo, video, audio, document, lien, prix, tel, email, lieu
      avant: before:          plus tôt que       jusqua: until:   jusqu'à la fin de
      après: after:           dès le début de    depuis: since:   de même
      le: on: date:           ce jour, ce mois ou cette année
      est: is:                envoyé, reçu, groupe, supprimé, modifié
      montant: amount:        25000, >=20000, 20000..30000
      tel: phone:             sous toutes ses formes, ou au moins les 4 derniers chiffres
      fichier: file:          nom ou fin du nom du fichier
      compte: account:        votre propre compte
      etiquette: label:       vos étiquettes ; contient:etiquette, contient:note
      tri: sort:              date (récents d'abord), ancien (anciens d'abord), pertinence

    Les abréviations courantes (rdv, cmd, svp) sont connues. Ajoutez les vôtres dans le fichier
    malle/abbreviations.txt de vos réglages, ou dans celui que nomme MALLE_ABBREVIATIONS, une par
    ligne : rb = robe

    malle dit toujours comment votre demande a été comprise.
topic-dates =
    Les dates dans une recherche

      le:2024-03-12    le:12/03/2024    le:"12 mars 2024"    le:2024    le:03/2024
      depuis:hier    depuis:"la semaine dernière"    avant:"1er juin"    le:"mars 2024"
      depuis:7j    depuis:2sem    depuis:3mois    depuis:1an
      le:2024-03-01..2024-03-15

    12/03/2024 est le 12 mars. Pour être sûr, écrivez 2024-03-12. Les jours commencent à minuit
    dans votre fuseau (--zone). Les exports WhatsApp n'ont pas de fuseau : leurs heures sont
    celles du téléphone.
topic-exit-codes =
    Codes de fin

        0   terminé
        1   rien trouvé (chercher, voir)
        2   mauvaise utilisation
        3   terminé, des éléments laissés de côté, abîmés, absents du téléchargement ou non lus
        4   échec
       10   pas d'archive ici
       11   archive en cours d'utilisation
       12   phrase secrète incorrecte
       13   une réponse est nécessaire mais ne peut être demandée
       14   contrôle d'intégrité négatif
       15   disque de sauvegarde absent, plein ou protégé
       16   un fichier n'est pas un téléchargement connu
       70   défaut de malle
      130   interrompu

    Un code inconnu est un échec.
topic-environment =
    Variables d'environnement

      MALLE_ARCHIVE            dossier de l'archive
      MALLE_PASSWORD_FILE      fichier contenant la phrase secrète
      MALLE_PASSWORD_COMMAND   commande qui affiche la phrase secrète
      MALLE_PASSWORD           la phrase elle-même : moins sûr, vos autres programmes peuvent la lire
      MALLE_LANG               fr ou en ; sinon LC_ALL, LC_MESSAGES, LANG, le système, sinon français
      MALLE_COUNTRY            SN, FR, CA…
      MALLE_ABBREVIATIONS      fichier de vos abréviations pour les recherches
      MALLE_TZ                 fuseau horaire
      NO_COLOR                 pas de couleurs
      CLICOLOR_FORCE           couleurs même dans un tube

    Les options l'emportent sur l'environnement. La phrase secrète est cherchée dans cet ordre :
    --phrase-fichier, --phrase-commande, --phrase-entree, MALLE_PASSWORD_FILE,
    MALLE_PASSWORD_COMMAND, MALLE_PASSWORD, malle deverrouiller, puis elle vous est demandée.

value-span = DUREE
value-id = ID
value-recipient = age1…

init-about = Créer une archive, vide
init-dir = Dossier de l'archive ; il doit être absent ou vide
init-recovery-kit = Écrire ici une page à imprimer ; elle ouvre l'archive si la phrase secrète est oubliée
init-no-recovery-kit = Pas de fiche de secours : sans la phrase secrète, tout est perdu
init-weak = Accepter une phrase secrète facile à deviner
init-examples =
    malle creer
    malle creer ~/Documents/Boutique --phrase-fichier phrase.txt --fiche-secours secours.html

verify-about = Contrôler que chaque fichier de l'archive est bien ce qui a été écrit
verify-repair = Réparer ce qui est abîmé, depuis les disques de sauvegarde branchés
verify-examples =
    malle verifier --lire
    malle verifier --lire 5%
    malle verifier --sans-phrase
    malle verifier --reparer

key-about = Voir, changer, ajouter ou retirer ce qui ouvre l'archive
key-list-about = Lister les clés
key-passwd-about = Changer la phrase secrète
key-passwd-examples =
    malle cle changer
    malle cle changer --secours
key-add-about = Ajouter une phrase secrète, ou une personne qui a une identité age
key-add-name = Son nom dans la liste, par exemple celui de la collègue
key-add-recipient = Adresse publique de l'identité age de la personne ; s'ouvre avec --identite
key-add-examples =
    malle cle ajouter --nom Awa
    malle cle ajouter --nom "Agence" --destinataire age1…
key-reencrypt-about = Refaire toute l'archive dans un autre dossier, sous une clé neuve que l'ancienne n'ouvre pas
key-reencrypt-to = Dossier de la nouvelle archive, absent ou vide
key-reencrypt-examples = malle cle rechiffrer --vers ~/Documents/Malle-2 --fiche-secours secours-2.html
key-rotate-about = Renouveler la clé de l'archive : la suite ne s'ouvre plus avec les clés données avant
key-rotate-remove = Cette clé n'ouvrira rien de nouveau ; peut être répété
key-rotate-dry-run = Montrer seulement quelles clés restent et lesquelles partent
key-rotate-yes = Ne pas demander quand d'autres phrases secrètes partent
key-rotate-examples =
    malle cle renouveler --essai
    malle cle renouveler --retirer person-1f2e3d4c5b6a7988
key-remove-about = Retirer une clé
key-remove-id = Identifiant de la clé, donné par malle cle liste
key-recovery-about = Ajouter une fiche de secours et écrire sa page, ou essayer une ligne de secours
key-recovery-check = Essayer seulement si une ligne de secours ouvre l'archive
key-recovery-examples =
    malle cle secours --fiche-secours secours.html
    malle cle secours --controler
key-new-password-file = Lire la nouvelle phrase secrète dans ce fichier
key-recovery-file = Ouvrir avec la ligne de secours de ce fichier au lieu de la phrase secrète
key-recovery-flag = Ouvrir avec la ligne de secours, tapée, au lieu de la phrase secrète

unlock-about = Garder l'archive ouverte un moment, jusqu'à l'heure dite, malle verrouiller ou un redémarrage
unlock-for = Combien de temps : 30m, 8h, 2j ; une semaine au plus
unlock-examples = malle deverrouiller --pendant 8h
lock-about = Refermer une archive gardée ouverte par malle deverrouiller

value-path = CHEMIN
value-parity = 10|non
value-name = NOM
value-number = N
value-query = DEMANDE
value-sort = ORDRE
value-date-order = ORDRE

import-about = Lire des téléchargements et les ranger dans l'archive
import-path = Fichiers ZIP, dossiers ou fichiers seuls, les parties dans n'importe quel ordre
import-me = Votre nom tel qu'il figure dans les discussions
import-timezone = Fuseau des heures qui n'en ont pas (WhatsApp, anciens téléchargements)
import-date-order = Ordre du jour et du mois quand un fichier ne le dit pas : auto, jma (jour d'abord) ou mja (mois d'abord)
import-whatsapp-key = Clé des sauvegardes WhatsApp chiffrées : fichier avec les 64 chiffres ou fichier de clé de l'application ; - lit l'entrée standard
import-dry-run = Regarder et compter, ne rien écrire
import-jsonl = Un objet JSON par ligne, le bilan en dernier
import-examples =
    malle importer ~/Téléchargements/facebook-awa-*.zip
    malle importer "Discussion WhatsApp avec Fatou.zip" --moi Awa --fuseau Africa/Dakar
    malle importer -n ~/Téléchargements
    malle importer msgstore.db.crypt15 --cle-whatsapp cle.txt

imports-about = Voir les imports passés et ce qu'est devenu chaque fichier
imports-list-about = Lister les imports
imports-show-about = Voir ce qu'un import a ajouté
imports-report-about = Lister les fichiers d'un import avec leur sort
imports-report-all = Lister aussi les fichiers simplement lus
imports-id = Identifiant de l'import, ou son début
imports-examples = malle imports rapport 7f3a

search-about = Retrouver messages, publications, commentaires, photos et le reste
search-query = Mots et filtres ; voir malle aide requete
search-max = Nombre de résultats affichés au plus (20)
search-context = Montrer aussi autant de messages avant et après chacun
search-sort = date (récents d'abord), ancien (anciens d'abord) ou pertinence
search-page = Montrer la page de ce numéro ; une page compte autant de résultats que -m
search-after = Continuer après le résultat qui porte cet identifiant, aussi loin que l'on soit
search-before = Montrer aussi autant de messages avant chacun
search-after-context = Montrer aussi autant de messages après chacun
search-in = Seulement dans cette discussion (dans:)
search-from = Seulement de cette personne (de:)
search-since = Seulement depuis cette date (depuis:)
search-until = Seulement jusqu'à cette date (jusqua:)
search-type = Seulement ce type (type:)
search-explain = Dire pour chaque résultat ce qui l'a fait trouver, et son score
value-date = DATE
value-type = TYPE
search-facets = Compter aussi les résultats par personne, discussion, plateforme, type et mois
search-csv = Tableau pour Excel, textes entiers
search-csv-plain = Tableau CSV simple (RFC 4180)
search-no-approx = Ne pas chercher d'orthographes proches quand il y a peu de résultats
search-jsonl = Un objet JSON par ligne pour chaque résultat
search-count = N'afficher que le nombre de résultats
search-ids = N'afficher que les identifiants
search-examples =
    malle chercher robe bleue de:Fatou
    malle chercher '"robe bleue" depuis:2024-01' --json
    malle chercher -- robe -rouge

show-about = Voir un message, une publication ou un autre élément
show-id = Identifiant au bout d'un résultat de recherche, ou son début
show-context = Montrer aussi autant de messages avant et après
show-examples = malle voir 4k7q2m9x1d -C 3

conversations-about = Voir avec qui vous avez discuté
conversations-list-about = Lister les discussions, les plus récentes d'abord
conversations-examples = malle discussions liste

export-about = Écrire le contenu de l'archive pour d'autres programmes
export-ndjson-about = Écrire chaque élément sur une ligne de JSON, puis ce que vous avez ajouté (étiquettes, notes, recherches enregistrées) ; le fichier est lisible par tous
export-output = Fichier à écrire, ou - pour la sortie standard ; tant qu'il n'est pas complet, il s'appelle FICHIER.malle-partial
export-examples = malle exporter ndjson -o tout.ndjson

media-about = Sortir photos, vidéos, sons et documents de l'archive
media-export-about = Écrire les fichiers d'origine dans un dossier ; ils y sont lisibles par tous
media-query = Identifiant d'un élément, ou une recherche
media-output = Dossier où écrire, ou un nouveau ZIP (FICHIER.zip)
media-examples = malle medias exporter type:photo de:Fatou -o photos

status-about = Voir ce que contient l'archive et l'âge de ses sauvegardes
status-examples = malle etat

index-about = Entretenir ce qui sert à chercher
index-rebuild-about = Préparer de nouveau la recherche, à partir de l'archive

compact-about = Ranger l'archive en moins de fichiers, sans rien perdre
compact-dry-run = Dire ce qui serait gagné, ne rien écrire
compact-examples = malle compacter --essai

backup-about = Garder des copies chiffrées de l'archive sur d'autres disques
backup-add-about = Déclarer un disque, ou le nouvel emplacement d'un disque
backup-add-place = Dossier sur le disque, par exemple E:\ ou /media/awa/MALLE-1
backup-add-name = Comment l'appeler
backup-add-parity = Garder des fichiers de secours sur le disque : 10 (un dixième de place en plus) ou non ; 10 par défaut sur le premier disque
backup-add-examples =
    malle sauvegarde ajouter /media/awa/MALLE-1
    malle sauvegarde ajouter E:\ --nom MALLE-2 --avec-programme
backup-run-about = Mettre les disques à jour ; la phrase secrète n'est pas nécessaire
backup-run-name = Nom du disque ; tous les disques branchés par défaut
backup-run-all = Tous les disques déclarés ; une erreur si l'un n'est pas branché
backup-run-examples =
    malle sauvegarde lancer
    malle sauvegarde lancer MALLE-1
backup-list-about = Lister les disques
backup-status-about = Voir l'âge des copies
backup-check-about = Relire une copie sur le disque même et la comparer à ses empreintes ; la phrase secrète n'est pas nécessaire
backup-check-name = Nom du disque ; tous les disques branchés par défaut
backup-remove-about = Oublier un disque ; sa copie y reste
backup-remove-name = Nom du disque

privacy-about = Les droits des personnes dont l'archive garde les messages (RGPD)
privacy-erase-about = Effacer une personne de l'archive, pour toujours
privacy-person = Nom, nom d'utilisateur ou numéro, comme dans une recherche de:
privacy-dry-run = Compter, ne rien effacer
privacy-confirm = Confirmer avec le nom de la personne, sans question
privacy-erase-examples =
    malle rgpd effacer "Mme Diop" --essai
    malle rgpd effacer "+221 77 123 45 67" --confirmer "Mme Diop"
privacy-log-about = Voir ce qui a été effacé, quand, et sur quels disques ; sans nom ni contenu

restore-about = Reprendre une archive depuis une copie
restore-from = Disque ou dossier contenant la copie
restore-to = Dossier de l'archive restaurée (par défaut : là où se trouve l'archive)
restore-examples = malle restaurer /media/awa/MALLE-1 --vers ~/Documents/Malle

evidence-about = Attester ce que contient l'archive, pour montrer plus tard que rien n'a été changé
evidence-print-about = Afficher deux lignes sur tout le contenu de l'archive ; elles n'en disent rien à personne
evidence-print-examples =
    malle attestation imprimer
    malle attestation imprimer -o attestation-2026-11.txt
evidence-check-about = Comparer l'archive avec deux lignes de ce genre
evidence-check-file = Fichier qui contient les deux lignes, par exemple le courriel ; - pour l'entrée standard
evidence-check-examples = malle attestation controler attestation-2026-11.txt
evidence-prove-about = Écrire ce qui prouve un seul élément, sans en montrer d'autre
evidence-prove-examples = malle attestation prouver 0a1b2c3d -o preuve.json
evidence-output = L'écrire dans ce nouveau fichier
