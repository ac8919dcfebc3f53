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
