# Ce que deviennent les fichiers, par code.

damage-bomb = se déploie hors de toute mesure
damage-control-name = le nom contient des caractères de contrôle
damage-corrupt = coupé ou abîmé
damage-encrypted = protégé par un mot de passe : ouvrez le ZIP avec ce mot de passe, puis importez le dossier
damage-escaping-name = le nom cherche à sortir de son dossier
damage-long-name = le nom est trop long ou trop profond
damage-method = compressé d'une façon que malle ne lit pas
damage-mismatch = le ZIP en dit deux choses différentes
damage-overlap = ses octets chevauchent ceux d'un autre fichier
damage-special-file = un tube, une prise réseau ou un périphérique
damage-symlink = un lien symbolique
damage-too-large = trop grand pour un texte
damage-unreadable = illisible
detail-counts = { NUM($first) } vus, { NUM($second) } rangés, { NUM($third) } laissés de côté, { NUM($fourth) } douteux
detail-database-damaged = la base de données se contredit ; ce qui est lisible a été lu
detail-database-journal = la base de données a été copiée au milieu d'un changement : copiez-la de nouveau, l'application fermée
detail-database-log = le journal à côté de la base de données n'a pas pu servir : les derniers messages manquent peut-être
detail-database-log-end = le journal à côté de la base de données s'arrête au milieu d'un changement
detail-database-rows = les lignes { NUM($first) } à { NUM($second) } sont illisibles
detail-database-rows-from = les lignes à partir de { NUM($first) } sont illisibles
detail-database-rows-missing = { $first ->
    [one] { NUM($first) } ligne est illisible
   *[other] { NUM($first) } lignes sont illisibles
}
detail-database-tables = { $first ->
    [one] { NUM($first) } table à côté des messages n'a pas pu être lue en entier
   *[other] { NUM($first) } tables à côté des messages n'ont pas pu être lues en entier
}
detail-empty-file = le fichier est vide
detail-fields-beside-list = { $first ->
    [one] { NUM($first) } champ à côté de la liste
   *[other] { NUM($first) } champs à côté de la liste
}
detail-files-found = { $first ->
    [one] { NUM($first) } fichier trouvé
   *[other] { NUM($first) } fichiers trouvés
}
detail-database-unknown = porte le nom d'une base de données de WhatsApp, sans en être une ni sa sauvegarde chiffrée : fichier abîmé ou d'un nouveau genre ; copiez-le de nouveau
detail-half-of-day = ni matin ni après-midi
detail-line-column = ligne { NUM($first) }, colonne { NUM($second) }
detail-no-such-date = ce jour n'existe pas
detail-not-a-comment = pas un commentaire
detail-not-an-object = pas un objet JSON
detail-read-as-windows-1252 = lu comme du texte de Windows (ANSI)
detail-reactions-without-message = { $first ->
    [one] { NUM($first) } réaction sans son message
   *[other] { NUM($first) } réactions sans leur message
}
detail-reactions-unclear = { $first ->
    [one] { NUM($first) } message dont les réactions ne se lisent pas
   *[other] { NUM($first) } messages dont les réactions ne se lisent pas
}
detail-text-before-first-message = du texte avant le premier message
detail-too-many-cards = plus de fiches de contact que malle n'en lit
detail-unreadable-element = du JSON que malle ne sait pas tenir
ignored-apple-double = un fichier d'accompagnement de macOS
ignored-decoration = décor des pages de la plateforme
ignored-erased = contient une personne effacée de l'archive
ignored-no-data = marque d’une rubrique vide
ignored-system-file = un fichier du système
ignored-thumbnail = petite image d’un fichier qui est là
problem-accounting = les comptes ne concordent pas : défaut de malle
problem-bad-json = pas le JSON attendu
problem-bad-time = une heure qui n'a pas de sens
problem-damaged = n'a pas pu être lu
problem-needs-key = chiffré : importez-le de nouveau avec --cle-whatsapp
problem-no-messages = aucune ligne ne ressemble à un message
problem-not-utf8 = pas du texte UTF-8
problem-too-large = trop grand pour un texte
problem-truncated-json = le JSON est coupé ; ce qui précède la coupure a été lu
problem-truncated-zip = le ZIP est coupé ; les fichiers qu'on y trouve ont été lus
problem-truncated-html = la page est coupée ; ce qui précède la coupure a été lu
problem-truncated-table = le tableau est coupé ; ce qui précède la coupure a été lu
problem-unknown-shape = un élément de forme inconnue, gardé tel quel
raw-html-not-read = page HTML que cette version ne lit pas ; le JSON de la même rubrique le serait
raw-html-translated = page traduite par un navigateur ; téléchargez-la à nouveau et importez-la sans l’ouvrir
problem-wrong-key = chiffré avec une autre clé
raw-backup-increment = changements depuis une sauvegarde, dans une forme que personne n'a décrite ; la sauvegarde complète les contient ensuite
raw-database-journal = journal d'une base de données, lu avec elle
raw-database-too-large = une base de données plus grande que ce que malle lit
raw-insights = statistiques du compte
raw-instagram-2018 = téléchargement d’Instagram de 2018 à 2020
raw-needs-key = chiffré : importez-le de nouveau avec --cle-whatsapp
raw-no-messages = texte sans message
raw-technical = données techniques (réglages, appareils, publicité)
raw-unknown-file = fichier inconnu de cette version
raw-unknown-shape = forme inconnue de cette version
raw-wrong-key = chiffré avec une autre clé
