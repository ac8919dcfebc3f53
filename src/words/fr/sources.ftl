<<<<<<< HEAD
# Ce que deviennent les fichiers, par code.
raw-technical = données techniques (réglages, appareils, publicité)
raw-html-not-read = page HTML ; choisissez JSON au prochain téléchargement
raw-unknown-shape = forme inconnue de cette version
raw-unknown-file = fichier inconnu de cette version
raw-insights = statistiques du compte
ignored-no-data = marque d’une rubrique vide
ignored-decoration = décor des pages de la plateforme
=======
### Mots pour les codes des sources : pourquoi un fichier est gardé tel quel ou ignoré, ce qui ne va pas. Une ligne par code.

damage-escaping-name = le nom cherche à sortir de son dossier
damage-control-name = le nom contient des caractères de contrôle
damage-long-name = le nom est trop long ou trop profond
damage-symlink = un lien symbolique
damage-encrypted = chiffré à l'intérieur du ZIP
damage-method = compressé d'une façon que malle ne lit pas
damage-bomb = se déploie hors de toute mesure
damage-overlap = ses octets chevauchent ceux d'un autre fichier
damage-corrupt = coupé ou abîmé
damage-too-large = trop grand pour un texte
damage-unreadable = illisible
problem-bad-json = pas le JSON attendu
problem-truncated-json = le JSON est coupé ; ce qui précède la coupure a été lu
problem-unknown-shape = un élément de forme inconnue, gardé tel quel
problem-bad-time = une heure qui n'a pas de sens
problem-not-utf8 = pas du texte UTF-8
problem-no-messages = aucune ligne ne ressemble à un message
problem-damaged = n'a pas pu être lu
problem-too-large = trop grand pour un texte
problem-accounting = les comptes ne concordent pas : défaut de malle
ignored-apple-double = un fichier d'accompagnement de macOS
ignored-system-file = un fichier du système
raw-unknown-file = un fichier que malle ne connaît pas encore, gardé tel quel
>>>>>>> ede9544 (cli: help, guide and errors in French and English; rules of the house are tests)
