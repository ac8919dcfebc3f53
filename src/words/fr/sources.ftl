# Ce que deviennent les fichiers, par code.
raw-technical = données techniques (réglages, appareils, publicité)
raw-html-not-read = page HTML ; choisissez JSON au prochain téléchargement
raw-unknown-shape = forme inconnue de cette version
raw-unknown-file = fichier inconnu de cette version
raw-insights = statistiques du compte
ignored-no-data = marque d’une rubrique vide
ignored-decoration = décor des pages de la plateforme
