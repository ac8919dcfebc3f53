# Ce que deviennent les fichiers, par code.

damage-bomb = se déploie hors de toute mesure
damage-control-name = le nom contient des caractères de contrôle
damage-corrupt = coupé ou abîmé
damage-encrypted = chiffré à l'intérieur du ZIP
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
detail-empty-file = le fichier est vide
detail-fields-beside-list = { $first ->
    [one] { NUM($first) } champ à côté de la liste
   *[other] { NUM($first) } champs à côté de la liste
}
detail-half-of-day = ni matin ni après-midi
detail-line-column = ligne { NUM($first) }, colonne { NUM($second) }
detail-no-such-date = ce jour n'existe pas
detail-not-a-comment = pas un commentaire
detail-not-an-object = pas un objet JSON
detail-text-before-first-message = du texte avant le premier message
detail-unreadable-element = du JSON que malle ne sait pas tenir
ignored-apple-double = un fichier d'accompagnement de macOS
ignored-decoration = décor des pages de la plateforme
ignored-no-data = marque d’une rubrique vide
ignored-system-file = un fichier du système
problem-accounting = les comptes ne concordent pas : défaut de malle
problem-bad-json = pas le JSON attendu
problem-bad-time = une heure qui n'a pas de sens
problem-damaged = n'a pas pu être lu
problem-no-messages = aucune ligne ne ressemble à un message
problem-not-utf8 = pas du texte UTF-8
problem-too-large = trop grand pour un texte
problem-truncated-json = le JSON est coupé ; ce qui précède la coupure a été lu
problem-truncated-html = la page est coupée ; ce qui précède la coupure a été lu
problem-unknown-shape = un élément de forme inconnue, gardé tel quel
raw-html-not-read = page HTML que cette version ne lit pas ; le JSON de la même rubrique le serait
raw-html-translated = page traduite par un navigateur ; téléchargez-la à nouveau et importez-la sans l’ouvrir
raw-insights = statistiques du compte
raw-instagram-2018 = téléchargement d’Instagram de 2018 à 2020
raw-no-messages = texte sans message
raw-technical = données techniques (réglages, appareils, publicité)
raw-unknown-file = fichier inconnu de cette version
raw-unknown-shape = forme inconnue de cette version
