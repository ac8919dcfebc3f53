### Comment demander son téléchargement à chaque plateforme, et ce qu'il ne contient pas.

guide-intro =
    Chaque plateforme vous laisse récupérer une copie de ce qui est à vous. malle lit ces
    copies ; il ne va jamais les chercher. Demandez-les à chaque plateforme, téléchargez les
    fichiers, puis importez-les. Faites-le avant d'en avoir besoin : une copie met de quelques
    minutes à plusieurs jours à être prête.
guide-facebook =
    FACEBOOK

    1. Facebook, Paramètres, Espace Comptes, Vos informations et autorisations,
       Exporter (ou Télécharger) vos informations.
    2. Créez une exportation, choisissez votre profil ou votre page, Exporter vers l'appareil.
    3. Choisissez : période DEPUIS LE DÉBUT, format JSON, qualité des photos élevée.
       Ce qui est proposé d'office est plus court, en HTML et de moindre qualité.
    4. Quand Facebook vous prévient, téléchargez toutes les parties (facebook-….zip) : le lien
       ne dure que quelques jours, et les photos peuvent être dans une autre partie que les messages.
    5. malle importer facebook-*.zip

    Ce qui manque : les commentaires et mentions J'aime des autres sur vos publications, leurs
    chiffres, l'essentiel de ce que d'autres ont publié sur votre page. Les discussions
    Messenger chiffrées : voir malle guide messenger.
guide-instagram =
    INSTAGRAM

    1. Instagram, Paramètres, Espace Comptes, Vos informations et autorisations,
       Exporter (ou Télécharger) vos informations.
    2. Créez une exportation, choisissez votre profil, Exporter vers l'appareil.
    3. Choisissez : période DEPUIS LE DÉBUT, format JSON, qualité des photos élevée.
    4. Téléchargez toutes les parties (instagram-….zip) sous quatre jours.
    5. malle importer instagram-*.zip

    Ce qui manque : les commentaires et mentions J'aime des autres sur vos publications, les
    nombres de J'aime. Avec une période, votre liste d'abonnés est coupée aussi. En HTML les
    heures sont arrondies à la minute.
guide-messenger =
    MESSENGER

    Les anciennes discussions viennent avec le téléchargement Facebook (malle guide facebook).
    Celles qui sont chiffrées de bout en bout, presque toutes depuis 2024, se récupèrent à part :

    1. Sur un ordinateur : messenger.com ou Facebook, Messenger, Confidentialité et sécurité,
       Discussions chiffrées de bout en bout, Stockage des messages, Télécharger les données
       du stockage sécurisé.
    2. Téléchargez messages.zip.
    3. malle importer messages.zip

    Ce qui manque : les messages éphémères, et les discussions des appareils sans stockage sécurisé.
guide-whatsapp =
    WHATSAPP et WHATSAPP BUSINESS

    1. Sur le téléphone, ouvrez une discussion, menu, Plus, Exporter discussion.
    2. Choisissez d'inclure les médias. Un fichier par discussion ; recommencez pour chaque
       discussion qui compte.
    3. Passez les fichiers sur l'ordinateur par câble ou clé USB.
    4. malle importer "Discussion WhatsApp avec Fatou.zip" --moi "Awa" --fuseau Africa/Dakar

    Ou prenez tout d'un coup : sur Android copiez par câble le dossier WhatsApp (dans
    Android/media/com.whatsapp). Sa dernière sauvegarde, Databases/msgstore.db.crypt15, s'ouvre avec
    les 64 chiffres que WhatsApp montre sous Discussions, Sauvegarde, chiffrée de bout en bout.
    Pour les noms, mettez dans le dossier le fichier contacts.vcf du téléphone :
    malle importer WhatsApp --moi "Awa" --cle-whatsapp cle.txt

    Ce qui manque : WhatsApp laisse de côté les messages les plus anciens au-delà d'environ
    40 000 (10 000 avec les médias). Les noms sont ceux de votre carnet d'adresses, pas les
    numéros. Les heures n'ont pas de fuseau, donnez le vôtre. Catalogue, étiquettes et
    commandes ne sont pas exportés.
guide-telegram =
    TELEGRAM

    1. Sur un ordinateur, ouvrez Telegram Desktop (le téléphone ne sait pas exporter).
    2. Paramètres, Avancé, Exporter les données Telegram ; ou dans une discussion : menu,
       Exporter l'historique.
    3. Choisissez le format JSON, tous les médias, la plus grande taille, toutes les discussions
       utiles. Les choix proposés laissent de côté groupes, canaux et fichiers au-delà de 8 Mo.
    4. malle importer "DataExport_2025-05-01"

    Ce qui manque : les échanges secrets, et ce que d'autres ont effacé. Les noms sont ceux de vos
    contacts.
guide-x =
    X (TWITTER)

    1. x.com, Paramètres, Votre compte, Télécharger une archive de vos données.
    2. Attendez le message qui l'annonce (un jour ou plus), téléchargez chaque ZIP.
    3. malle importer twitter-*.zip

    Ce qui manque : les noms des gens à qui vous avez seulement écrit (des numéros à la place), les
    mentions J'aime et réponses des autres, les dates de vos J'aime, les signets.
guide-after =
    Ensuite : les fichiers téléchargés restent lisibles par tous dans votre dossier
    Téléchargements. Une fois importés et sauvegardés, vous pouvez les supprimer.
