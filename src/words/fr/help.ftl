### Aide : ce que font le programme, ses commandes et ses options.

malle-about = Garde ce que Facebook, Instagram, Messenger et WhatsApp vous laissent télécharger dans une seule archive chiffrée, sur votre machine, et le retrouve. N'utilise jamais le réseau
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
value-command = COMMANDE
value-lang = fr|en
value-country = PAYS
value-zone = FUSEAU
value-color = QUAND
value-platform = PLATEFORME
value-topic = SUJET

flag-archive = Dossier de l'archive (par défaut : MALLE_ARCHIVE, sinon Malle dans vos documents)
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
flag-color = Couleurs : auto, always (toujours) ou never (jamais)
flag-no-color = Pas de couleurs
flag-no-progress = Pas de barre de progression
flag-help = Afficher l'aide ; --aide en dit plus
flag-version = Afficher la version

guide-about = Dire comment demander votre téléchargement à chaque plateforme, et ce qu'il ne contient pas
guide-platform = facebook, instagram, messenger ou whatsapp ; toutes par défaut
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
      25000    25k    77 123 45 67    #tabaski    @awa

    Filtres, en français ou en anglais :

      de: from:               qui a écrit : un nom, un numéro, moi
      à: to:                  à qui
      avec: with:             qui participe
      dans: in:               discussion, groupe, album, page
      plateforme: platform:   facebook, instagram, messenger, whatsapp
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
      tri: sort:              date, oldest (anciens d'abord), relevance (pertinence)

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
        3   terminé, des éléments ont été laissés de côté ou sont abîmés
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
      MALLE_TZ                 fuseau horaire
      NO_COLOR                 pas de couleurs
      CLICOLOR_FORCE           couleurs même dans un tube

    Les options l'emportent sur l'environnement. La phrase secrète est cherchée dans cet ordre :
    --phrase-fichier, --phrase-commande, --phrase-entree, MALLE_PASSWORD_FILE,
    MALLE_PASSWORD_COMMAND, MALLE_PASSWORD, malle deverrouiller, puis elle vous est demandée.

value-span = DUREE
value-id = ID

init-about = Créer une archive, vide
init-dir = Dossier de l'archive ; il doit être absent ou vide
init-recovery-kit = Écrire ici une page à imprimer ; elle ouvre l'archive si la phrase secrète est oubliée
init-no-recovery-kit = Pas de fiche de secours : sans la phrase secrète, tout est perdu
init-weak = Accepter une phrase secrète facile à deviner
init-examples =
    malle creer
    malle creer ~/Documents/Boutique --phrase-fichier phrase.txt --fiche-secours secours.html

verify-about = Contrôler que chaque fichier de l'archive est bien ce qui a été écrit
verify-read-data = Déchiffrer et relire tout
verify-examples = malle verifier --lire-tout

key-about = Voir, changer, ajouter ou retirer ce qui ouvre l'archive
key-list-about = Lister les clés
key-passwd-about = Changer la phrase secrète
key-passwd-examples =
    malle cle changer
    malle cle changer --secours
key-add-about = Ajouter une phrase secrète, par exemple pour une collègue
key-remove-about = Retirer une clé
key-remove-id = Identifiant de la clé, donné par malle cle liste
key-recovery-about = Ajouter une fiche de secours et écrire sa page
key-new-password-file = Lire la nouvelle phrase secrète dans ce fichier
key-recovery-file = Ouvrir avec la ligne de secours de ce fichier au lieu de la phrase secrète
key-recovery-flag = Ouvrir avec la ligne de secours, tapée, au lieu de la phrase secrète

unlock-about = Garder l'archive ouverte un moment, jusqu'à l'heure dite, malle verrouiller ou un redémarrage
unlock-for = Combien de temps : 30m, 8h, 2j ; une semaine au plus
unlock-examples = malle deverrouiller --pendant 8h
lock-about = Refermer une archive gardée ouverte par malle deverrouiller
