### Résultats : ce qui a été trouvé, importé, copié.

count-message = { $count ->
    [one] { NUM($count) } message
   *[other] { NUM($count) } messages
}
count-post = { $count ->
    [one] { NUM($count) } publication
   *[other] { NUM($count) } publications
}
count-story = { $count ->
    [one] { NUM($count) } story
   *[other] { NUM($count) } stories
}
count-comment = { $count ->
    [one] { NUM($count) } commentaire
   *[other] { NUM($count) } commentaires
}
count-reaction = { $count ->
    [one] { NUM($count) } réaction
   *[other] { NUM($count) } réactions
}
count-album = { $count ->
    [one] { NUM($count) } album
   *[other] { NUM($count) } albums
}
count-event = { $count ->
    [one] { NUM($count) } évènement
   *[other] { NUM($count) } évènements
}
count-contact = { $count ->
    [one] { NUM($count) } contact
   *[other] { NUM($count) } contacts
}
count-profile = { $count ->
    [one] { NUM($count) } profil
   *[other] { NUM($count) } profils
}
count-page = { $count ->
    [one] { NUM($count) } page ou groupe
   *[other] { NUM($count) } pages et groupes
}
count-saved = { $count ->
    [one] { NUM($count) } enregistrement
   *[other] { NUM($count) } enregistrements
}
count-search = { $count ->
    [one] { NUM($count) } recherche faite
   *[other] { NUM($count) } recherches faites
}
count-listing = { $count ->
    [one] { NUM($count) } annonce
   *[other] { NUM($count) } annonces
}
count-poll = { $count ->
    [one] { NUM($count) } sondage
   *[other] { NUM($count) } sondages
}
count-other = { $count ->
    [one] { NUM($count) } autre élément
   *[other] { NUM($count) } autres éléments
}

kind-message = message
kind-post = publication
kind-story = story
kind-comment = commentaire
kind-reaction = réaction
kind-album = album
kind-event = évènement
kind-contact = contact
kind-profile = profil
kind-page = page ou groupe
kind-saved = enregistré
kind-search = recherche faite
kind-listing = annonce
kind-poll = sondage
kind-other = autre

attachment-photo = photo
attachment-video = vidéo
attachment-audio = son
attachment-document = document
attachment-sticker = sticker
attachment-gif = GIF
attachment-contact = fiche de contact
attachment-location = lieu
attachment-other = fichier
attachment-is-missing = absent des parties importées jusqu'ici
attachment-is-omitted = laissé de côté par l'export
attachment-is-failed = la plateforme n'a pas pu le fournir
attachment-is-remote = une adresse seulement

record-system = avis de la plateforme
record-deleted = supprimé
record-edited = modifié
record-ambiguous-time = le jour et le mois, ou l'heure, ne sont pas certains
record-phone-time = heure du téléphone
record-owner = vous
record-with = avec { $names }
record-worded = un autre téléchargement dit : « { $text } »
record-called = autre nom : { $name }
record-also = cette discussion est { $also } ; pour la voir : malle voir { $id } -C 3
record-alike = peut-être la même chose, comme un autre téléchargement la dit : malle voir { $id }

reading-everything = tout
reading-spelling = exactement « { $text } »
reading-near = s'écrit ou se dit comme « { $text } »
reading-phrase = côte à côte : « { $text } »
reading-prefix = commence par « { $text } »
reading-from = de { $value }
reading-to = à { $value }
reading-with = avec { $value }
reading-in = dans { $value }
reading-platform = sur { $value }
reading-account = compte { $value }
reading-type = type { $value }
reading-has = contient { $value }
reading-is = état { $value }
reading-file = fichier { $value }
reading-source = source { $value }
reading-amount = montant { $value }
reading-phone = téléphone { $value }
reading-label = étiquette { $value }
reading-other = { $value }
reading-since = depuis le { $day }
reading-before = avant le { $day }
reading-day = le { $day }
reading-span = du { $from } au { $to }
reading-and = et
reading-or = ou
reading-not = sauf { $part }
operator-from = de
operator-to = à
operator-with = avec
operator-in = dans
operator-platform = plateforme
operator-account = compte
operator-type = type
operator-has = contient
operator-is = est
operator-before = avant
operator-until = jusqua
operator-after = après
operator-on = le
operator-file = fichier
operator-source = source
operator-amount = montant
operator-phone = tel
operator-label = etiquette
operator-sort = tri
hint-nobody = personne ici ne s'appelle « { $name } » ; malle contacts liste montre tout le monde
hint-nobody-near = personne ici ne s'appelle « { $name } » ; noms proches : { $near }
hint-nobody-number = personne ici n'a le numéro « { $name } » ; malle contacts liste montre tout le monde
hint-no-conversation = aucune discussion ne s'appelle « { $name } » ; malle discussions liste les montre toutes
hint-no-conversation-near = aucune discussion ne s'appelle « { $name } » ; noms proches : { $near }
hint-nowhere = nulle part dans l'archive : { $parts }
hint-not-together = chacun se trouve, mais jamais ensemble ; essayez avec un mot de moins
hint-no-value = le filtre { $name }: n'a pas de valeur ; pris comme texte
hint-unbalanced-parenthesis = une parenthèse n'est pas fermée ; elle a été fermée à la fin
hint-unknown-operator = « { $name }: » n'est pas un filtre ; pris comme texte
hint-unknown-value = le filtre { $operator }: ne connaît pas « { $value } » ; pris comme texte
hint-unreadable-date = « { $text } » n'est pas une date ; pris comme texte
hint-ambiguous-date = « { $text } » a été lu comme le { $day } ; écrivez { $iso } pour être sûr
hint-maybe-date = « { $text } » a été pris comme texte ; pour la période ({ $period }), écrivez le:"{ $text }"
hint-unbalanced-quote = un guillemet n'est pas fermé ; la suite a été prise comme expression
hint-too-long = la fin de la demande a été laissée de côté : elle est trop longue
hint-ignored = laissés de côté car présents partout : { $words }

ids-more = … et { $count ->
    [one] { NUM($count) } autre
   *[other] { NUM($count) } autres
}
abbreviations-unreadable = note : votre liste d'abréviations { $path } ne peut pas être lue ; la recherche s'en passe
explain-exact = tel quel
explain-stem = autre forme
explain-abbreviation = abréviation ou synonyme
explain-typo = à une frappe près
explain-sound = se dit pareil
explain-absent = absent, une autre possibilité suffit
explain-part = { $asked } : { $how }
explain-part-words = { $asked } : { $how } ({ $words })
explain-score = score { $score }
search-nothing = essayez un autre mot, ou le début d'un mot suivi d'une étoile : rob*
search-nothing-filtered = rien de tel dans l'archive ; essayez une autre période, ou sans l'un des filtres
search-past-the-end = cette page est vide : les résultats s'arrêtent avant
search-archive-empty = L'archive est vide : commencez par malle importer CHEMIN
conversations-none = Aucune discussion dans l'archive : commencez par malle importer CHEMIN
facet-people = Personnes
facet-conversations = Discussions
facet-platforms = Plateformes
facet-types = Types
facet-months = Mois
search-near = Orthographe proche ({ NUM($count) })
search-more = … et { $count ->
    [one] { NUM($count) } autre (-m en montre plus)
   *[other] { NUM($count) } autres (-m en montre plus)
}
search-next = voir autour : malle voir { $id } -C 3

import-preparing = Préparation
import-media = Photos, vidéos, documents
import-elements = Messages et publications
import-finishing = Finitions
import-was-dry = Rien n'a été écrit. Cet import donnerait :
import-added = Ajouté : { $kinds }
import-nothing-new = rien de nouveau
import-known = { $count ->
    [one] Déjà là : { NUM($count) } élément
   *[other] Déjà là : { NUM($count) } éléments
}
import-media-counts = Photos, vidéos, documents : { $stored ->
    [one] { NUM($stored) } rangé
   *[other] { NUM($stored) } rangés
}, { NUM($known) } déjà là, { $missing ->
    [one] { NUM($missing) } manquant
   *[other] { NUM($missing) } manquants
}
import-files = Fichiers : { $seen ->
    [one] { NUM($seen) } vu
   *[other] { NUM($seen) } vus
} = { $parsed ->
    [one] { NUM($parsed) } lu
   *[other] { NUM($parsed) } lus
} + { $raw ->
    [one] { NUM($raw) } gardé tel quel
   *[other] { NUM($raw) } gardés tels quels
} + { $ignored ->
    [one] { NUM($ignored) } ignoré
   *[other] { NUM($ignored) } ignorés
} + { $damaged ->
    [one] { NUM($damaged) } abîmé
   *[other] { NUM($damaged) } abîmés
} + { NUM($duplicate) } en double
import-renewed = { $count ->
    [one] Refait : { NUM($count) } fichier de l'archive qui était abîmé ou absent
   *[other] Refaits : { NUM($count) } fichiers de l'archive qui étaient abîmés ou absents
}
import-doubts = { $doubts } : malle imports rapport { $import }
import-skipped = { $count ->
    [one] { NUM($count) } laissé de côté
   *[other] { NUM($count) } laissés de côté
}
import-problems = { NUM($count) } douteux
import-missing = { $count ->
    [one] { NUM($count) } fichier manquant
   *[other] { NUM($count) } fichiers manquants
}
import-unread = { $count ->
    [one] { NUM($count) } non lu
   *[other] { NUM($count) } non lus
}
import-next = Les fichiers téléchargés restent lisibles par tous. À faire : malle sauvegarde lancer, puis supprimez-les.
import-next-no-drive = Les fichiers téléchargés restent lisibles par tous. À faire : malle sauvegarde ajouter DISQUE, puis supprimez-les.
import-cut-zip = lu en partie : { $path } (le ZIP est coupé : téléchargez-le à nouveau pour le reste)
refused-unreadable = non lu : { $path } (absent, ou vous n'avez pas le droit de le lire)
refused-zip-truncated = non lu : { $path } (le ZIP est coupé : téléchargez-le à nouveau)
refused-not-a-zip = non lu : { $path } (ni un ZIP, ni un dossier, ni un texte que malle connaît)
refused-empty = non lu : { $path } (vide)
refused-too-many-entries = non lu : { $path } (trop de fichiers dedans)
refused-encrypted = non lu : { $path } (protégé par un mot de passe : ouvrez-le avec ce mot de passe, puis importez le dossier obtenu)
refused-packed = non lu : { $path } (compressé deux fois, ou dans une forme que malle n'ouvre pas : décompressez-le une fois, puis importez le dossier obtenu)
refused-unknown-download = non lu : { $path } (pas un téléchargement que malle connaît)

imports-added = { $count ->
    [one] { NUM($count) } ajouté
   *[other] { NUM($count) } ajoutés
}
imports-incomplete = Cet import a été interrompu : relancez-le, ce qui est déjà rangé sera sauté.
imports-plain-files = { $count ->
    [one] { NUM($count) } fichier lu sans remarque (--tout l'affiche)
   *[other] { NUM($count) } fichiers lus sans remarque (--tout les affiche)
}
imports-more-problems = … et { $count ->
    [one] { NUM($count) } autre
   *[other] { NUM($count) } autres
}
imports-missing = manquant : { $path }
imports-more-missing = … et { $count ->
    [one] { NUM($count) } autre fichier manquant
   *[other] { NUM($count) } autres fichiers manquants
}
outcome-parsed = lu
outcome-kept-raw = gardé tel quel
outcome-ignored = ignoré
outcome-damaged = abîmé
outcome-duplicate = en double
skip-empty = { $count ->
    [one] { NUM($count) } vide
   *[other] { NUM($count) } vides
}
skip-erased = { $count ->
    [one] { NUM($count) } d'une personne effacée de l'archive
   *[other] { NUM($count) } de personnes effacées de l'archive
}
skip-technical = { NUM($count) } sur des appareils, sessions et réglages
skip-told-elsewhere = { $count ->
    [one] { NUM($count) } raconté
   *[other] { NUM($count) } racontés
} aussi dans un autre fichier

export-running = Écriture
export-said = { $count ->
    [one] et { NUM($count) } ligne de vous : étiquettes, notes, recherches enregistrées, décisions sur vos contacts
   *[other] et { NUM($count) } lignes de vous : étiquettes, notes, recherches enregistrées, décisions sur vos contacts
}
export-done = { $count ->
    [one] { NUM($count) } élément dans { $path } ; ce fichier n'est pas chiffré.
   *[other] { NUM($count) } éléments dans { $path } ; ce fichier n'est pas chiffré.
}
media-running = Écriture des fichiers
media-not-there = pas dans l'archive : { $name }
media-leftover = Reste d'un export interrompu, supprimé : { $path }
media-done = { $count ->
    [one] { NUM($count) } fichier dans { $path } ; il n'est pas chiffré.
   *[other] { NUM($count) } fichiers dans { $path } ; ils ne sont pas chiffrés.
}

status-archive = Archive : { $path }
status-empty = Elle est vide. À faire : malle importer vos fichiers ZIP
status-span = Du { $first } au { $last }
status-implausible = { NUM($count) } sans date plausible (antérieure à leur plateforme)
status-media = { $media ->
    [one] { NUM($media) } photo, vidéo ou document
   *[other] { NUM($media) } photos, vidéos, documents
} ({ SIZE($bytes) }) ; sur le disque { SIZE($stored) }, chiffrés
status-imports = { $count ->
    [one] { NUM($count) } import, le { $day }
   *[other] { NUM($count) } imports, le dernier le { $day }
}
status-network = Aucun réseau utilisé.

index-running = Préparation de la recherche
index-was-rebuilt = La recherche a été préparée de nouveau.
index-is-in-memory = Rien ne peut être écrit ici : la recherche a été préparée en mémoire, pour cette fois. Pour aller plus vite : malle restaurer "{ $path }" --vers DOSSIER, sur un disque où l'on peut écrire.
index-is-awaited = Un autre malle prépare la recherche dans cette archive : on l'attend…
index-is-behind = Un autre malle écrit : les éléments les plus récents ne sont peut-être pas encore trouvés.
index-done = { $count ->
    [one] La recherche est prête : { NUM($count) } élément.
   *[other] La recherche est prête : { NUM($count) } éléments.
}

compact-running = Rangement
compact-nothing = L'archive est bien rangée : rien à faire.
compact-would = { $segments ->
    [one] { NUM($segments) } petit fichier d'éléments serait réuni
   *[other] { NUM($segments) } petits fichiers d'éléments seraient réunis
}, { $packs ->
    [one] { NUM($packs) } fichier de photos serait refait
   *[other] { NUM($packs) } fichiers de photos seraient refaits
} ; environ { SIZE($bytes) } de gagnés.
compact-done = { $segments ->
    [one] { NUM($segments) } petit fichier d'éléments réuni
   *[other] { NUM($segments) } petits fichiers d'éléments réunis
}, { $packs ->
    [one] { NUM($packs) } fichier de photos refait
   *[other] { NUM($packs) } fichiers de photos refaits
} ; { SIZE($bytes) } de gagnés.

backup-added = Disque « { $name } » déclaré : { $path }
backup-added-next = à faire : malle sauvegarde lancer
backup-running = Sauvegarde sur { $name }
backup-checking = Contrôle de { $name }
backup-done = { $name } : { $copied ->
    [one] { NUM($copied) } fichier copié
   *[other] { NUM($copied) } fichiers copiés
} ({ SIZE($bytes) }), { NUM($present) } déjà là
backup-absent = { $name } n'est pas branché.
backup-none = Pas encore de disque de sauvegarde. À faire : malle sauvegarde ajouter DISQUE
backup-removed-pending = Attention : { $name } contient encore une personne effacée de l'archive. À faire : vider ou détruire ce disque, ou le brancher, puis malle sauvegarde ajouter et malle sauvegarde lancer
backup-removed = Disque « { $name } » oublié ; sa copie reste dans { $path }.
drive-current = à jour
drive-behind = plus ancien que l'archive
drive-absent = pas branché
drive-unmarked = abîmé : malle sauvegarde controler --reparer
drive-foreign = autre chose se trouve à sa place
drive-age = { $days ->
    [0] aujourd'hui
    [one] il y a { NUM($days) } jour
   *[other] il y a { NUM($days) } jours
}
drive-never = jamais
privacy-looking = Recherche de tout ce qui concerne cette personne
privacy-erasing = Effacement
privacy-person-is = Personne : { $person }
privacy-told-apart = Attention : vous avez séparé { $list } (malle contacts separer), mais leur nom est le même, et un effacement suit les noms : il les emporte tous.
privacy-would-erase = Seraient effacés : { $list }.
privacy-would-keep = Gardés, noms masqués : { $list }.
privacy-erased = Effacés : { $list }.
privacy-kept = Gardés, noms masqués : { $list }.
privacy-messages = { $count ->
    [one] { NUM($count) } message reçu
   *[other] { NUM($count) } messages reçus
}
privacy-others = { $count ->
    [one] { NUM($count) } autre élément
   *[other] { NUM($count) } autres éléments
}
privacy-media = { $count ->
    [one] { NUM($count) } photo ou fichier
   *[other] { NUM($count) } photos et fichiers
}
privacy-cards = { $count ->
    [one] { NUM($count) } fiche
   *[other] { NUM($count) } fiches
}
privacy-originals = { $count ->
    [one] { NUM($count) } fichier d'origine de vos téléchargements, qui contient ce nom (ce que les autres y ont écrit reste dans l'archive)
   *[other] { NUM($count) } fichiers d'origine de vos téléchargements, qui contiennent ce nom (ce que les autres y ont écrit reste dans l'archive)
}
privacy-own = { $count ->
    [one] { NUM($count) } de vos messages
   *[other] { NUM($count) } de vos messages
}
privacy-masked = { $count ->
    [one] { NUM($count) } autre élément
   *[other] { NUM($count) } autres éléments
}
privacy-mentions = { $count ->
    [one] Le nom reste dans { NUM($count) } texte : quelqu'un d'autre l'a écrit, ou c'est un mot courant.
   *[other] Le nom reste dans { NUM($count) } textes : d'autres les ont écrits, ou c'est un mot courant.
}
privacy-on-drives = Sur { $drives } : effacement au prochain malle sauvegarde lancer.
privacy-ask = Rien ne pourra faire revenir cette personne. Tapez son nom pour confirmer ({ $name }) :{" "}
privacy-drive-done = effacé le { $day }
erasure-on-copy = Attention : cette copie contient encore une personne effacée de l'archive. À faire : branchez-la à côté de l'archive, puis malle sauvegarde lancer
privacy-drive-forgotten = pas effacé : retiré de vos disques le { $day } ; videz-le ou détruisez-le, ou branchez-le, malle sauvegarde ajouter, puis malle sauvegarde lancer
privacy-drive-pending = à effacer : branchez le disque, puis malle sauvegarde lancer
privacy-remnants = Sur une clé USB ou un SSD, d'anciens blocs peuvent survivre ; ils sont chiffrés, et seule la clé de l'archive les ouvre.
privacy-downloads = Vos fichiers ZIP d'origine contiennent encore cette personne : supprimez-les. Un nouvel import ne la fera pas revenir.
privacy-log-empty = Personne n'a été effacé de cette archive.
privacy-carried-out = { $name } : effacement fait, { $count ->
    [one] { NUM($count) } fichier supprimé
   *[other] { NUM($count) } fichiers supprimés
}
drive-erasure-pending = effacement en attente

restore-running = Restauration
restore-done = { $copied ->
    [one] { NUM($copied) } fichier repris
   *[other] { NUM($copied) } fichiers repris
} ({ SIZE($bytes) }) dans { $path }, chacun comparé à son empreinte
backup-added-parity = Des fichiers de secours y seront gardés : pour un dixième de place en plus, ils refont jusqu'à deux fichiers perdus sur vingt.
backup-parity = fichiers de secours : { SIZE($bytes) } écrits
backup-parity-room = Pas assez de place pour tous les fichiers de secours : il manque { SIZE($missing) }. La copie elle-même est complète.
backup-parity-unprotected = { $count ->
    [one] { NUM($count) } fichier abîmé n'a pas de fichier de secours.
   *[other] { NUM($count) } fichiers abîmés n'ont pas de fichier de secours.
} À faire : malle sauvegarde controler --reparer
backup-check-next = malle sauvegarde controler { $name } --reparer
backup-check-left = réparez d'abord l'archive : malle verifier --reparer ; un disque qui s'abîme encore et encore est à remplacer : malle sauvegarde ajouter DISQUE
verify-next = branchez un disque de sauvegarde, puis malle verifier --reparer
verify-left = branchez les autres disques de sauvegarde et recommencez : malle verifier --reparer ; ce qu'aucun disque n'a, malle importer le reprend des téléchargements qui le racontaient
repair-from-copy = réparé depuis une autre copie
repair-from-pieces = réparé avec les bons morceaux de plusieurs copies
repair-from-parity = refait avec les fichiers de secours
repair-from-known = refait
repair-lost = irréparable ici : { $path }
repair-lost-elsewhere = irréparable ici : { $path } ; branchez { $drives }, qui en a une copie
lost-media = perdu : média
lost-records = { $count ->
    [one] perdu : { NUM($count) } élément
   *[other] perdus : { NUM($count) } éléments
}
lost-original = perdu : fichier d'origine
lost-list = perdu : liste
restore-repaired = { $count ->
    [one] { NUM($count) } fichier du disque était abîmé ou absent ; il a été refait avec les fichiers de secours. Le disque n'a pas été modifié.
   *[other] { NUM($count) } fichiers du disque étaient abîmés ou absents ; ils ont été refaits avec les fichiers de secours. Le disque n'a pas été modifié.
}
restore-next = à faire : malle verifier, avec la phrase secrète de cette archive

conversation-also = aussi racontée par { $conversations }
