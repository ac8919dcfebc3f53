### Ce que le programme dit pendant son travail.

line-error = erreur : { $text }
line-next = à faire : { $text }
line-cause = cause : { $text }
told-interrupted = interrompu : ce qui est déjà rangé reste ; relancez la même commande pour continuer
ask-password = Phrase secrète (rien ne s'affiche) :{" "}
progress-remaining = encore
search-total = { $count ->
    [one] { NUM($count) } résultat
   *[other] { NUM($count) } résultats
}

ask-new-password = Nouvelle phrase secrète (rien ne s'affiche ; Entrée seule en propose une) :{" "}
ask-password-again = Encore la même phrase secrète :{" "}
ask-password-written = Notez-la, puis tapez-la ici :{" "}
ask-whatsapp-key = Les 64 chiffres de la sauvegarde WhatsApp (rien ne s'affiche) :{" "}
ask-recovery-line = Ligne de secours (AGE-SECRET-KEY-1…) :{" "}

init-generated = Phrase secrète proposée : { $words }
init-kit-name = malle-secours.html
init-ask-kit = Où écrire la fiche de secours ? [{ $path }]{" "}
init-kit-written = Votre fiche de secours est dans { $path } : imprimez-la, rangez-la en lieu sûr, puis supprimez le fichier.
init-done = Archive créée, vide : { $path }
init-next = à faire : malle importer vos fichiers ZIP (malle guide dit comment les obtenir)
init-next-elsewhere = à faire : malle --archive "{ $path }" importer vos fichiers ZIP

verify-running = Contrôle
verify-hashed = { $objects ->
    [one] { NUM($objects) } objet contrôlé, { SIZE($bytes) }
   *[other] { NUM($objects) } objets contrôlés, { SIZE($bytes) }
}
verify-read = Relus : { NUM($records) } éléments, { NUM($media) } photos, vidéos et autres fichiers
verify-sound = Tout est conforme à ce qui a été écrit.
finding-missing = manquant
finding-unstable = change d'une lecture à l'autre (support ou mémoire défaillants)
finding-damaged = abîmé
finding-no-bytes = pièce jointe sans contenu dans l'élément
finding-leftover = reste sans danger
finding-remade = abîmé, refait à la prochaine recherche

erasure-repeated = Cette archive était plus ancienne qu'un effacement : il vient d'y être refait.
erasure-finished = L'effacement d'une personne est terminé dans cette archive.
lists-completed = Ce qu'une interruption avait laissé en suspens dans l'archive est maintenant complet ; la prochaine sauvegarde l'emportera.

key-kind-passphrase = phrase secrète
key-kind-recovery = fiche de secours
key-kind-person = personne
key-changed = La phrase secrète est changée.
key-added = La phrase secrète est ajoutée.
key-person-added = La personne est ajoutée : l'archive s'ouvre avec --identite et le fichier de son identité age.
key-recovery-opens = Cette ligne de secours ouvre l'archive.
key-rotate-kept = Ouvriront encore l'archive :
key-rotate-new = la nouvelle phrase secrète
key-rotate-removed = N'ouvriront rien de ce qui viendra :
key-rotate-ask = Ces clés partent ; leurs propriétaires devront les ajouter de nouveau. Continuer ? [o/N]{" "}
key-reencrypting = Chiffrement sous la nouvelle clé
key-reencrypted = Nouvelle archive, relue en entier : { $path }, { $count ->
    [one] { NUM($count) } élément
   *[other] { NUM($count) } éléments
}
key-reencrypt-again = { $path } ne se relit pas comme il a été écrit : son disque est défaillant ; recommencez avec un dossier sur un autre disque
key-reencrypted-next = à faire : déclarez vos disques pour la nouvelle archive (malle sauvegarde ajouter), puis supprimez l'ancienne ({ $path }) et ses copies. Ce qui peut en rester sur une clé USB ou un SSD ne s'ouvre qu'avec l'ancienne clé : détruisez aussi ses fiches de secours.
key-rotated = La clé est renouvelée. Ce qui était rangé avant reste lisible pour qui avait une clé ; ce qui vient maintenant ne l'est plus.
key-rotated-sheet = Les fiches de secours marchent toujours avec le dossier « keys ». Pour le cas où ce dossier serait perdu, imprimez-en une nouvelle : malle cle secours --fiche-secours FICHIER
key-removed = La clé est retirée.
key-drives = Les disques de sauvegarde gardent les anciennes clés jusqu'au prochain malle sauvegarde lancer.

unlock-done = L'archive reste ouverte jusqu'au { $until }. malle verrouiller la referme aussitôt.
lock-done = L'archive est refermée.
lock-already = L'archive était déjà fermée.

kit-title = Fiche de secours d'une archive malle
kit-facts = Archive { $id }, le { $day }.
kit-print = Imprimez cette page, rangez-la avec vos papiers importants, puis supprimez le fichier. Qui la détient peut ouvrir l'archive.
kit-line = Ligne de secours
kit-groups = La même ligne après { $prefix }, par groupes :
kit-ask-group = Ouvrez la page et tapez le groupe { $number } de la ligne de secours (Entrée : plus tard) :{" "}
kit-checked = C'est juste. Votre fiche de secours est lisible.
kit-group-differs = Ce n'est pas ce que dit la fiche à cet endroit. Réessayez, ou appuyez sur Entrée.
kit-not-checked = Pas essayée. Une fois imprimée : malle cle secours --controler
kit-how = Si la phrase secrète est oubliée : malle cle changer --secours, puis tapez cette ligne (espaces et majuscules ne comptent pas).
kit-file = Fichier de clé
kit-file-how = Seulement si le dossier « keys » de l'archive est perdu : enregistrez le texte ci-dessous sous le nom secours.age. « age -d -i ligne.txt secours.age », avec la ligne de secours dans ligne.txt, donne la clé qui ouvre tous les fichiers de l'archive. L'original s'appelait { $file }.

evidence-explained =
    Envoyez ces deux lignes par courriel à vous-même ou à votre avocat, signez-les à la main, ou faites-les horodater : elles ne disent
    rien du contenu de l'archive. Plus tard, malle attestation controler montre si tout est encore comme le jour de ce courriel. Cela
    ne montre pas que le téléchargement était intact avant d'être importé, ni qui a écrit un message.
evidence-written = Les deux lignes sont dans { $path }.
evidence-counted = { NUM($unchanged) } éléments sur { NUM($leaves) } sont tels qu'attestés le { $time }.
evidence-gone = Déjà absents de l'archive ce jour-là, car effacés sur demande avant : { NUM($gone) }.
evidence-holds = L'archive contient encore tout ce qui a été attesté, inchangé.
evidence-older = l'archive est plus ancienne que l'attestation, ou a perdu sa partie la plus récente
evidence-root = ce ne sont pas les éléments attestés
evidence-commit = l'état attesté de l'archive en est un autre
evidence-record = n'est plus comme avant : l'élément
evidence-file = n'est plus comme avant : une photo, une vidéo ou un fichier d'un téléchargement
evidence-holds-else = Tout le reste de ce qui a été attesté est là, inchangé.
evidence-erasures = { $count ->
    [one] Une personne a été effacée depuis à votre demande, le { $time }
   *[other] { NUM($count) } personnes ont été effacées depuis à votre demande, la dernière le { $time }
} : éléments effacés, { NUM($erased) } ; gardés, noms masqués, { NUM($masked) }. malle rgpd registre en dit plus.
evidence-proof-written = La preuve est dans { $path }. Elle montre cet élément à qui la lit, et aucun autre.
