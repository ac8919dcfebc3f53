### Erreurs : ce qui s'est passé, puis (.next) quoi faire. En minuscules, sans point final.

error-broken-pipe = plus personne ne lit les résultats
error-output-failed = les résultats ne peuvent pas être écrits
    .next = vérifiez la place libre ou le programme qui les lit
error-unknown-command = commande inconnue : « { $given } »
    .next = { $suggestion ->
        [none] malle aide donne la liste des commandes
       *[other] vouliez-vous dire : malle { $suggestion }
    }
error-missing-command = il manque une commande
    .next = au choix : { $valid }
error-unknown-flag = option inconnue : « { $given } »
    .next = { $suggestion ->
        [none] ajoutez --aide pour voir les options ; un texte qui commence par - s'écrit après --
       *[other] vouliez-vous dire : { $suggestion } ; un texte qui commence par - s'écrit après --
    }
error-bad-value = « { $given } » ne convient pas pour { $flag }
    .next = { $valid ->
        [none] ajoutez --aide pour voir ce qui convient
        [date] écrivez par exemple hier, 12/03/2024, mars 2024 ou « la semaine dernière » ; malle aide dates en montre d'autres
        [type] au choix : message, publication, commentaire, story, photo, video, audio, document, lien ; malle aide requete les montre
       *[other] au choix : { $valid }
    }
error-missing-argument = il manque : { $missing }
    .next = ajoutez --aide pour voir un exemple
error-missing-value = il manque une valeur après { $flag }
    .next = { $valid ->
        [none] ajoutez --aide pour voir ce qui convient
       *[other] au choix : { $valid }
    }
error-flag-conflict = { $flag } ne va pas avec { $other }
    .next = gardez l'une des deux options
error-too-many-arguments = « { $given } » est de trop
    .next = ajoutez --aide pour voir ce qui convient ; mettez entre guillemets les noms qui ont des espaces
error-not-unicode = « { $given } » contient des lettres illisibles (ce n'est pas de l'UTF-8)
    .next = { $what ->
        [query] tapez la demande sans accents, ils ne comptent pas ; ou réglez le terminal ou le script sur UTF-8
       *[other] réglez le terminal ou le script sur UTF-8, puis retapez ce texte
    }
error-wrong-usage = la ligne de commande n'est pas compréhensible
    .next = ajoutez --aide pour voir un exemple
error-unknown-topic = il n'y a pas d'aide sur « { $given } »
    .next = malle aide donne la liste des commandes et des sujets
error-unknown-zone = fuseau horaire inconnu : « { $given } »
    .next = écrivez-le comme Africa/Dakar, Europe/Paris, America/Toronto
error-unknown-country = pays inconnu : « { $given } »
    .next = écrivez ses deux lettres, par exemple SN, FR, CI, CA
error-not-an-id = « { $given } » n'est pas un identifiant
    .next = copiez l'identifiant au bout d'un résultat de recherche
error-id-not-found = rien dans l'archive ne porte l'identifiant { $given }
    .next = retrouvez-le avec malle chercher
error-no-archive = pas d'archive dans { $path }
    .next = créez-en une avec malle creer, ou indiquez-la avec --archive
error-archive-in-use = l'archive est utilisée par un autre malle
    .next = attendez qu'il ait fini, puis réessayez
error-archive-too-new = cette archive a été faite par une version plus récente de malle
    .next = prenez la version récente ; rien n'a été modifié
error-folder-not-empty = { $path } n'est pas vide
    .next = choisissez un nouveau dossier
error-wrong-password = phrase secrète incorrecte
    .next = accents et majuscules comptent ; réessayez, ou malle cle changer --secours
error-password-needed = la phrase secrète est nécessaire et personne ne peut la taper
    .next = utilisez --phrase-fichier, --phrase-commande ou --phrase-entree
error-recovery-choice-needed = il faut dire si vous voulez une fiche de secours
    .next = utilisez --fiche-secours FICHIER ou --sans-fiche-secours
error-passwords-differ = les deux phrases secrètes sont différentes
    .next = réessayez
error-password-empty = la phrase secrète est vide
    .next = donnez-en une d'au moins six mots
error-password-weak = cette phrase secrète est trop facile à deviner
    .next = prenez six mots au hasard, ou acceptez le risque avec --faible
error-password-file-unreadable = la phrase secrète ne peut pas être lue dans { $path }
    .next = vérifiez le chemin et que vous avez le droit de le lire
error-password-command-failed = la commande qui devait afficher la phrase secrète a échoué
    .next = lancez-la seule pour voir pourquoi
error-password-not-text = la phrase secrète n'est pas un texte UTF-8 valide
    .next = enregistrez le fichier en UTF-8
error-unreadable = impossible de lire { $path }
    .next = vérifiez le chemin et que vous avez le droit de le lire
error-unwritable = impossible d'écrire { $path }
    .next = vérifiez le chemin et que vous avez le droit d'y écrire
error-file-exists = { $path } existe déjà
    .next = choisissez un autre nom
error-disk-full = le disque est plein : { $path }
    .next = libérez de la place, puis relancez la même commande
error-integrity = le contrôle a trouvé des dégâts
    .next = { $next }
error-unknown-download = rien dans { $path } n'est un téléchargement que malle connaît
    .next = malle guide dit comment en demander un
error-truncated-download = { $path } est coupé : la fin du ZIP manque
    .next = téléchargez-le à nouveau en entier, puis relancez la même commande
error-empty-download = { $path } est vide
    .next = vérifiez que le téléchargement est terminé ; malle guide dit comment en demander un
error-encrypted-download = { $path } est protégé par un mot de passe
    .next = ouvrez-le avec ce mot de passe, puis importez le dossier obtenu
error-packed-download = { $path } est compressé dans une forme que malle n'ouvre pas
    .next = décompressez-le, puis importez le dossier obtenu ; malle ouvre lui-même les fichiers ZIP
error-interrupted = interrompu
    .next = relancez la même commande : ce qui est déjà rangé sera sauté
error-internal = malle a fait une erreur
    .next = relancez avec -v et signalez ce qui s'affiche
error-archive-damaged = un fichier de l'archive est abîmé ou manque : { $path }
    .next = malle verifier donne la liste des dégâts ; malle restaurer les répare depuis une sauvegarde
error-export-incomplete = tout ce qui est lisible a été écrit, mais des éléments manquent, car ces fichiers de l'archive sont abîmés ou absents : { $paths }
    .next = malle verifier donne la liste des dégâts ; malle restaurer les répare depuis une sauvegarde
error-import-beside-damage = l'import est terminé, mais des fichiers de l'archive sont abîmés ou absents : { $paths }
    .next = gardez ces téléchargements ; ce qu'ils racontent de ce qui est perdu est de nouveau dans l'archive ; pour le reste, branchez un disque de sauvegarde, puis malle verifier --reparer
error-archive-unusable = les fichiers de l'archive ne sont pas utilisables
    .next = vérifiez que le disque est branché et que vous avez le droit d'y écrire ; -v en dit plus
error-archive-disk-full = le disque de l'archive est plein
    .next = libérez de la place, puis relancez la même commande : ce qui est déjà rangé sera sauté
error-no-key-file = aucun fichier de clé de l'archive n'est utilisable
    .next = reprenez le dossier « keys » d'une sauvegarde, ou utilisez la fiche de secours
error-bad-recovery-line = la ligne de secours contient une faute de frappe
    .next = comparez-la lettre à lettre avec la fiche et réessayez
error-other-recovery-line = cette ligne de secours n'ouvre pas cette archive
    .next = cherchez la fiche qui porte l'identifiant de l'archive, ou faites-en une nouvelle : malle cle secours --fiche-secours FICHIER
error-key-replaced = cette clé a été remplacée par malle cle renouveler
    .next = demandez à qui s'occupe de l'archive de vous ajouter de nouveau : malle cle ajouter
error-bad-recipient = ce n'est pas l'adresse d'une identité age
    .next = elle commence par age1 ; age-keygen l'affiche
error-keys-would-go = des clés partiraient, et personne ne peut être interrogé
    .next = regardez avec malle cle renouveler --essai, puis nommez-les avec --retirer ID, ou utilisez --oui
error-no-such-key = aucune clé ne s'appelle { $given }
    .next = malle cle liste les affiche
error-last-key = la dernière clé ne peut pas être retirée
    .next = ajoutez-en d'abord une autre : malle cle ajouter
error-bad-span = « { $given } » n'est pas une durée
    .next = écrivez 30m, 8h ou 2j ; une semaine au plus
error-no-session-place = rien sur cette machine ne peut garder la clé hors du disque
    .next = utilisez plutôt --phrase-fichier ou --phrase-commande
error-new-password-needed = la nouvelle phrase secrète est nécessaire et personne ne peut la taper
    .next = utilisez --nouvelle-phrase-fichier
error-several-ids = plusieurs identifiants commencent par { $given } :{ $ids }
    .next = donnez-en davantage
error-index-unusable = la recherche ne fonctionne pas dans cette archive
    .next = malle index reconstruire la prépare de nouveau, à partir de l'archive
error-index-read-only = la recherche ne peut pas être préparée : rien ne peut l'être là où se trouve l'archive
    .next = malle chercher s'en passe, plus lentement ; pour aller vite, copiez l'archive sur un disque : malle restaurer DOSSIER --vers AUTRE
error-no-such-import = aucun import ne s'appelle { $given }
    .next = malle imports liste les affiche
error-person-not-found = personne ne s'appelle « { $given } » dans l'archive
    .next = essayez un autre nom, ou le numéro ; malle discussions liste les montre
error-several-people = plusieurs personnes s'appellent « { $given } » : { $people }
    .next = donnez le nom complet, le nom d'utilisateur ou le numéro
error-person-is-owner = « { $given } », c'est vous
    .next = donnez le nom d'une autre personne
error-confirmation-needed = effacer une personne demande une confirmation
    .next = ajoutez --confirmer "{ $name }" ; --essai montre ce qui serait effacé
error-person-not-confirmed = le nom tapé n'est pas celui de cette personne ; rien n'est effacé
    .next = tapez « { $name } »
error-no-drives = aucun disque de sauvegarde à utiliser
    .next = branchez-en un, ou déclarez-en un : malle sauvegarde ajouter DISQUE
error-drive-absent = le disque de sauvegarde n'est pas là : { $path }
    .next = branchez-le ; s'il a maintenant une autre lettre ou un autre emplacement : malle sauvegarde ajouter EMPLACEMENT
error-drive-unfinished = il n'y a pas encore de sauvegarde terminée sur le disque : { $path }
    .next = malle sauvegarde lancer
error-drive-full = le disque de sauvegarde est plein, il reste { SIZE($missing) } à copier : { $path }
    .next = libérez de la place, puis relancez la sauvegarde : ce qui y est n'est pas recopié
error-drive-unusable = le disque de sauvegarde n'est pas utilisable : { $path }
    .next = vérifiez qu'il n'est pas protégé et que vous avez le droit d'y écrire ; -v en dit plus
error-drive-foreign = { $path } appartient à une autre archive
    .next = choisissez un autre dossier sur le disque
error-drive-newer = la copie dans { $path } est plus récente que l'archive
    .next = l'archive a été remise dans un état ancien ; pour reprendre le plus récent depuis le disque : malle sauvegarde reprendre NOM
error-no-copy = pas de copie d'archive dans { $path }
    .next = indiquez le dossier qui contient la copie
error-several-copies = plusieurs copies d'archives dans { $path }
    .next = indiquez l'une d'elles : { $found }
error-unknown-drive = aucun disque ne s'appelle { $name }
    .next = malle sauvegarde liste les affiche
error-drive-name-taken = un disque s'appelle déjà { $name }
    .next = choisissez un autre nom avec --nom
error-drive-inside-archive = { $path } se trouve dans l'archive
    .next = choisissez un dossier sur un autre disque
error-output-inside-archive = { $path } se trouve dans l'archive, où tout est chiffré
    .next = choisissez un autre endroit
error-source-damaged = des fichiers abîmés n'ont pas été copiés : { $paths }
    .next = branchez une autre copie et réparez : malle verifier --reparer ; pour sauvegarder tout le reste : malle sauvegarde lancer --sans-abimes
error-list-damaged = la liste des fichiers de l'archive est abîmée : { $path }
    .next = malle verifier --reparer la refait ; relancez ensuite la sauvegarde
error-drive-busy = un autre malle écrit sur le disque
    .next = attendez qu'il ait fini, puis réessayez
error-register-unusable = la liste des disques de sauvegarde n'est pas utilisable
    .next = -v en dit plus ; les disques eux-mêmes ne sont pas touchés
error-register-damaged = une liste que l'archive tient de ses disques était abîmée ; elle a été mise de côté : { $path }
    .next = relancez la commande : l'archive et les disques sont intacts. Puis déclarez de nouveau chaque disque : malle sauvegarde ajouter DISQUE
error-whatsapp-key-needed = cette sauvegarde WhatsApp est chiffrée
    .next = ajoutez --cle-whatsapp FICHIER, le fichier qui contient les 64 chiffres que montre l'application (ou - pour les taper)
error-whatsapp-key-wrong = cette clé n'ouvre aucune des sauvegardes WhatsApp
    .next = prenez la clé du même téléphone et du même compte ; une sauvegarde crypt15 demande les 64 chiffres, crypt12 et crypt14 le fichier « key »
error-whatsapp-key-in-clear = une clé ne doit pas figurer sur la ligne de commande, où d'autres programmes la lisent
    .next = mettez-la dans un fichier et donnez son chemin à --cle-whatsapp, ou donnez - et tapez-la
error-not-a-whatsapp-key = { $path } ne contient pas de clé WhatsApp
    .next = il faut 64 chiffres de 0 à 9 et de a à f, ou le fichier « key » ou « encrypted_backup.key » de l'application

error-no-statement = aucune attestation de malle dans { $path }
    .next = la première ligne commence par « malle evidence 1 » ; copiez les deux lignes
error-statement-of-other = cette attestation concerne une autre archive, { $id }
    .next = indiquez cette archive avec --archive
error-not-stated = aucune attestation ne couvre encore cet élément
    .next = malle attestation imprimer en fait une
error-evidence-differs = l'archive n'est plus telle qu'attestée
    .next = comparez avec une sauvegarde : malle sauvegarde controler
