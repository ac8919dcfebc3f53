### What the program says while it works.

line-error = error: { $text }
line-next = next: { $text }
line-cause = cause: { $text }
told-interrupted = interrupted: what is already stored stays; run the same command again to go on
ask-password = Passphrase (nothing is shown while you type):{" "}
progress-remaining = still
search-total = { $count ->
    [one] { NUM($count) } result
   *[other] { NUM($count) } results
}
