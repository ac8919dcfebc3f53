### Contacts, étiquettes, notes et recherches enregistrées.

value-identity = IDENTITE
value-label = ETIQUETTE
value-text = TEXTE
value-id-or-stdin = ID|-

contacts-about = Voir qui est dans l'archive, et dire qui est une seule personne
contacts-list-about = Lister les personnes, avec leurs numéros et leurs noms d'utilisateur
contacts-list-name = Un nom, un numéro ou un identifiant ; toutes les personnes par défaut
contacts-suggestions = Lister les personnes qui n'en sont peut-être qu'une
contacts-no-number = Seulement celles dont aucun numéro n'est connu
contacts-list-examples =
    malle contacts liste
    malle contacts liste --suggestions
contacts-show-about = Montrer une personne, et pourquoi plusieurs noms sont les siens
contacts-merge-about = Dire que plusieurs n'en font qu'une
contacts-merge-examples = malle contacts fusionner 4k7q2m9x1d 9f2c71aa03
contacts-split-about = Dire que ce qui passe pour une personne en est plusieurs
contacts-split-examples =
    malle contacts separer 4k7q2m9x1d
    malle contacts separer 4k7q2m9x1d "+221 77 123 45 67"
contacts-person = Identifiant (ou son début), nom, nom d'utilisateur ou numéro
contacts-identity = Ce qui est d'une autre personne, le reste n'en fait toujours qu'une ; tout est séparé par défaut
contacts-none = Personne dans l'archive pour l'instant : commencez par malle importer CHEMIN
contacts-none-such = Personne n'y correspond : malle contacts liste montre tout le monde
contacts-no-suggestions = Personne ne passe pour deux.
contacts-unchanged = C'était déjà le cas.
contacts-more-suggestions = { $count ->
    [one] { NUM($count) } personne passe peut-être pour deux : malle contacts liste --suggestions
   *[other] { NUM($count) } personnes passent peut-être pour deux : malle contacts liste --suggestions
}
contacts-suggest-name = même nom, { $value } : { $one } et { $other }
contacts-suggest-number = même numéro, { $value } : { $one } et { $other }
contacts-also-called = aussi : { $names }
contacts-card = carte d'un carnet d'adresses : { $name }
contacts-link-told = vous l'avez dit
contacts-link-card = une même carte : { $value }
contacts-link-number = même numéro : { $value }
contacts-link-handle = même nom d'utilisateur : { $value }

label-about = Étiqueter ce que vous retrouvez, et y ajouter vos mots
label-label = L'étiquette, par exemple urgent
label-ids = Identifiants de résultats, ou leurs débuts ; - les lit sur l'entrée standard
label-add-about = Mettre une étiquette
label-add-examples =
    malle etiquette ajouter urgent 4k7q2m9x1d
    malle chercher --ids -m 1000 facture impayée | malle etiquette ajouter urgent -
    malle chercher etiquette:urgent
label-remove-about = Retirer une étiquette
label-list-about = Lister les étiquettes
label-note-about = Écrire une note sur un message vocal ou tout autre élément, que la recherche trouve ensuite
label-note-text = La note ; sans elle, celle qui est écrite est affichée
label-note-remove = Retirer la note
label-note-examples =
    malle etiquette note 4k7q2m9x1d Fatou veut deux pagnes bleus pour samedi
    malle chercher pagnes samedi
label-added = { $count ->
    [one] « { $label } » est mise sur { NUM($count) } élément.
   *[other] « { $label } » est mise sur { NUM($count) } éléments.
}
label-removed = { $count ->
    [one] « { $label } » est retirée de { NUM($count) } élément.
   *[other] « { $label } » est retirée de { NUM($count) } éléments.
}
label-none = Aucune étiquette ni note : malle etiquette ajouter urgent ID en met une sur un résultat de recherche
label-with-note = avec une note
label-note-removed = La note est retirée.
count-record = { $count ->
    [one] { NUM($count) } élément
   *[other] { NUM($count) } éléments
}
record-labels = étiquettes : { $labels }
record-note = votre note : { $note }
hint-no-such-label = aucun élément n'a l'étiquette « { $label } » ; malle etiquette liste les montre

search-save = Enregistrer cette recherche sous un nom, pour la refaire avec @NOM
search-saved = La recherche est enregistrée. Pour la refaire : malle chercher @{ $name }
searches-about = Vos recherches enregistrées
searches-list-about = Lister les recherches enregistrées
searches-remove-about = Oublier une recherche enregistrée
searches-name = Nom de la recherche
searches-examples =
    malle chercher --enregistrer impayes facture -payée depuis:3mois
    malle chercher @impayes
    malle chercher @impayes de:Fatou
searches-none = Aucune recherche enregistrée : malle chercher --enregistrer NOM DEMANDE en garde une
searches-removed = La recherche est oubliée.

privacy-annotations = { $count ->
    [one] { NUM($count) } étiquette, note, recherche enregistrée ou décision sur vos contacts
   *[other] { NUM($count) } étiquettes, notes, recherches enregistrées ou décisions sur vos contacts
}

error-several-contacts = plusieurs personnes correspondent à « { $given } » : { $people }
    .next = donnez l'identifiant entre parenthèses ; malle contacts liste les montre tous
error-identity-not-found = « { $given } » n'est pas à { $name }
    .next = malle contacts voir montre ce qui est à cette personne
error-bad-label = « { $given } » ne convient pas comme nom
    .next = donnez un mot ou quelques mots sur une ligne, d'au plus 80 caractères ; un seul mot pour une recherche
error-note-too-long = ce texte est trop long pour être gardé
    .next = raccourcissez-le
error-no-such-search = aucune recherche n'est enregistrée sous le nom « { $given } »
    .next = malle recherches liste les montre
