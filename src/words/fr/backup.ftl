### Copies sur des disques : ce qui est dit pendant qu'elles sont faites, contrôlées et lues.

value-extent = tout|5%|2/12
check-quick = Regarder seulement si chaque fichier est là et a la bonne taille
check-read-data = tout : déchiffrer et relire tout (demande la phrase secrète) ; 5% : relire le vingtième suivant, un autre à chaque fois ; 2/12 : relire la deuxième de douze parts
verify-no-key = Comparer seulement les fichiers à leurs empreintes ; la phrase secrète n'est pas nécessaire
verify-names-only = Seuls les noms et les tailles ont été comparés.
verify-sample = { NUM($hashed) } fichiers relus sur { NUM($objects) }. Si un fichier avait été abîmé, ce contrôle l'aurait manqué { $one } fois sur 100 ; avec dix fichiers abîmés { $ten }, avec cent { $hundred }.
verify-missed-rarely = moins d'une

backup-add-with-app = Mettre aussi ce programme et la façon de lire l'archive sur le disque
backup-run-skip-damaged = Sauvegarder tout le reste quand des fichiers de l'archive sont abîmés
backup-check-repair = Réparer ce qui est abîmé, depuis l'archive, les autres disques branchés et les fichiers de secours
backup-check-examples =
    malle sauvegarde controler MALLE-1 --reparer
    malle sauvegarde controler
    malle sauvegarde controler MALLE-1 --lire 5%
backup-drill-about = Répéter : reprendre au hasard des photos et des messages depuis un disque seul et les comparer à l'archive
backup-drill-name = Nom du disque ; tous les disques branchés par défaut
backup-drill-count = Combien de photos et combien de messages (par défaut : 20)
backup-drill-examples = malle sauvegarde repeter MALLE-1
backup-pull-about = Reprendre d'un disque ce que l'archive a oublié, après un retour à un état ancien
backup-pull-name = Nom du disque
backup-pull-examples = malle sauvegarde reprendre MALLE-1
backup-prune-about = Voir ce qu'un disque contient et dont l'archive n'a plus besoin ; le retirer une fois confirmé
backup-prune-name = Nom du disque
backup-prune-confirm = Nom du disque encore une fois : retirer sans demander
backup-prune-examples =
    malle sauvegarde elaguer MALLE-1
    malle sauvegarde elaguer MALLE-1 --confirmer MALLE-1

backup-moved = Le disque « { $name } » est maintenant cherché dans { $path }
backup-changed = Attention : { $name } avait perdu ou changé { $count ->
    [one] { NUM($count) } fichier écrit par une sauvegarde précédente ; il a été recopié
   *[other] { NUM($count) } fichiers écrits par des sauvegardes précédentes ; ils ont été recopiés
} : { $paths }. Si personne n'a fait cela, le disque est peut-être défaillant. À faire : malle sauvegarde controler
backup-lacking = Attention : il manque à l'archive { $count ->
    [one] { NUM($count) } fichier
   *[other] { NUM($count) } fichiers
} que { $name } possède : { $paths }. À faire : malle verifier
backup-unfinished = Attention : le dernier import a été interrompu tout à la fin, et n'est pas encore sur { $name }. À faire : malle etat, puis malle sauvegarde lancer
backup-skipped = Attention : { $count ->
    [one] { NUM($count) } fichier abîmé de l'archive n'est pas
   *[other] { NUM($count) } fichiers abîmés de l'archive ne sont pas
} sur { $name } : { $paths }
backup-not-durable = { $name } ne confirme pas que tout est écrit pour de bon. Éjectez-le avant de le débrancher ; la prochaine sauvegarde le relira.
backup-app-done = Le programme est dans { $path }.
backup-overdue = La copie la plus récente a { $days ->
    [one] { NUM($days) } jour
   *[other] { NUM($days) } jours
}. À faire : brancher un disque, puis malle sauvegarde lancer
backup-never = Rien n'est encore sauvegardé. À faire : brancher un disque, puis malle sauvegarde lancer
backup-check-due = { $name } n'a pas été relu en entier depuis longtemps. À faire : malle sauvegarde controler { $name }
backup-one-drive = { $name } est la seule copie : gardez-en une deuxième ailleurs. À faire : malle sauvegarde ajouter DISQUE
backup-drill-done = { $name } : { NUM($records) } messages et autres éléments, { NUM($media) } photos et autres fichiers ({ SIZE($bytes) }) repris du disque seul, conformes à l'archive.
backup-drill-lost = Non repris du disque ({ NUM($count) }) : { $items }
backup-drill-archive-lost = Repris du disque, mais abîmés ou absents dans l'archive ({ NUM($count) }) : { $items }
backup-pulled = { $copied ->
    [one] { NUM($copied) } fichier repris
   *[other] { NUM($copied) } fichiers repris
} de { $name } ({ SIZE($bytes) })
backup-prunable = { $name } : { $count ->
    [0] l'archive a besoin de tous les fichiers.
    [one] l'archive n'a plus besoin de { NUM($count) } fichier ({ SIZE($bytes) }).
   *[other] l'archive n'a plus besoin de { NUM($count) } fichiers ({ SIZE($bytes) }).
}
ask-prune = Tapez le nom du disque ({ $name }) pour les retirer, ou seulement Entrée pour les garder :{" "}
backup-pruned = { $count ->
    [one] { NUM($count) } fichier retiré de { $name } ({ SIZE($bytes) })
   *[other] { NUM($count) } fichiers retirés de { $name } ({ SIZE($bytes) })
}
backup-not-pruned = Rien n'a été retiré de { $name } ; { NUM($count) } fichiers restent ({ SIZE($bytes) }).

drive-swapped = un autre disque de cette archive est à sa place
drive-newer = plus récent que l'archive
drive-older = remis dans un état ancien
drive-forked = parti dans une autre direction que l'archive

error-drive-swapped = { $path } est un autre disque de cette archive, qui n'est pas déclaré
    .next = pour le déclarer aussi : malle sauvegarde ajouter
error-drive-rolled-back = la copie dans { $path } est plus ancienne qu'elle n'a été laissée : état { NUM($found) } au lieu de { NUM($known) }
    .next = quelqu'un l'a remise dans cet état ou a retiré des fichiers ; rien n'a été copié. Utilisez un autre disque ; pour refaire confiance à celui-ci : malle sauvegarde retirer NOM, puis malle sauvegarde ajouter
error-drive-forked = la copie dans { $path } et l'archive ont pris des directions différentes depuis l'état { NUM($seq) }
    .next = rien n'a été copié. Pour garder les deux : un autre dossier du disque pour cette archive (malle sauvegarde ajouter), et malle restaurer pour l'autre état
error-drive-behind = la copie dans { $path } est plus ancienne que l'archive, ou sa dernière sauvegarde a été interrompue
    .next = lancez d'abord malle sauvegarde lancer
error-drive-unreliable = ce qui vient d'être écrit se relit autrement : { $path }
    .next = le disque ou son câble est défaillant : prenez-en un autre ; cette copie ne compte pas
error-archive-older = l'archive est plus ancienne que ses sauvegardes : état { NUM($found) }, mais { $name } a reçu { NUM($known) }
    .next = elle a été remise dans un état ancien ; branchez ce disque, puis : malle sauvegarde reprendre { $name }
error-archive-is-copy = { $path } est une copie de sauvegarde, où seul malle sauvegarde lancer écrit
    .next = restaurez-la dans un dossier et travaillez-y : malle restaurer { $path } --vers DOSSIER
error-not-confirmed = ce n'est pas le nom du disque, { $name } ; rien n'a été retiré
    .next = tapez le nom exactement comme il est écrit
error-restore-incomplete = tout ce qui est sain a été repris, mais ces fichiers sont abîmés ou absents dans la copie : { $paths }
    .next = restaurez dans le même dossier depuis un autre disque pour combler les manques ; le reste se lit déjà

app-readme =
    MALLE

    Ce disque contient la copie chiffrée d'une archive dans le dossier
    « { $copy } », et dans ce dossier-ci le programme qui la lit.
    Aucun réseau n'est nécessaire.

    Pour chercher directement sur le disque, ouvrez un terminal dans ce dossier et
    tapez (sous Windows : malle-windows-x86_64.exe au lieu de ./malle-linux-x86_64) :

        ./malle-linux-x86_64 --archive ../{ $copy } chercher robe bleue

    Pour reprendre l'archive sur un ordinateur :

        ./malle-linux-x86_64 restaurer ../{ $copy } --vers DOSSIER

    La phrase secrète vous est demandée. Si elle est perdue et que vous avez la fiche
    de secours :

        ./malle-linux-x86_64 --archive DOSSIER cle changer --secours

    FORMAT.md dit comment lire l'archive sans ce programme.
