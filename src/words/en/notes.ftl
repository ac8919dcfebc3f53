### Contacts, labels, notes and saved searches.

value-identity = IDENTITY
value-label = LABEL
value-text = TEXT
value-id-or-stdin = ID|-

contacts-about = Show who is in the archive, and tell who is one person
contacts-list-about = List people with their numbers and user names
contacts-list-name = A name, a number or an id; everybody by default
contacts-suggestions = List people who may be one
contacts-no-number = Only people of whom no number is known
contacts-list-examples =
    malle contacts list
    malle contacts list --suggestions
contacts-show-about = Show one person, and why several names are theirs
contacts-merge-about = Tell that several are one person
contacts-merge-examples = malle contacts merge 4k7q2m9x1d 9f2c71aa03
contacts-split-about = Tell that what passes for one person is several
contacts-split-examples =
    malle contacts split 4k7q2m9x1d
    malle contacts split 4k7q2m9x1d "+221 77 123 45 67"
contacts-person = Id (or its beginning), name, user name or number
contacts-identity = What is another person's, the rest stays one; everything is parted by default
contacts-none = Nobody is in the archive yet: begin with malle import PATH
contacts-none-such = Nobody fits: malle contacts list shows everybody
contacts-no-suggestions = Nobody passes for two.
contacts-unchanged = It was so already.
contacts-more-suggestions = { $count ->
    [one] { NUM($count) } person may pass for two: malle contacts list --suggestions
   *[other] { NUM($count) } people may pass for two: malle contacts list --suggestions
}
contacts-suggest-name = same name, { $value }: { $one } and { $other }
contacts-suggest-number = same number, { $value }: { $one } and { $other }
contacts-also-called = also: { $names }
contacts-card = card of an address book: { $name }
contacts-link-told = you said so
contacts-link-card = one card: { $value }
contacts-link-number = same number: { $value }
contacts-link-handle = same user name: { $value }

label-about = Label what you find, and add words of your own
label-label = The label, for example urgent
label-ids = Ids of results, or their beginnings; - reads them from standard input
label-add-about = Put a label on records
label-add-examples =
    malle label add urgent 4k7q2m9x1d
    malle search --ids -m 1000 unpaid invoice | malle label add urgent -
    malle search label:urgent
label-remove-about = Take a label away
label-list-about = List labels
label-note-about = Write a note about a voice message or any other record, which searches then find
label-note-text = The note; without it, the one that is there is shown
label-note-remove = Take the note away
label-note-examples =
    malle label note 4k7q2m9x1d Fatou wants two blue cloths for Saturday
    malle search cloths Saturday
label-added = { $count ->
    [one] "{ $label }" is put on { NUM($count) } record.
   *[other] "{ $label }" is put on { NUM($count) } records.
}
label-removed = { $count ->
    [one] "{ $label }" is taken off { NUM($count) } record.
   *[other] "{ $label }" is taken off { NUM($count) } records.
}
label-none = No label and no note: malle label add urgent ID puts one on a search result
label-with-note = with a note
label-note-removed = The note is taken away.
count-record = { $count ->
    [one] { NUM($count) } record
   *[other] { NUM($count) } records
}
record-labels = labels: { $labels }
record-note = your note: { $note }
hint-no-such-label = no record has the label "{ $label }"; malle label list shows them

search-save = Save this search under a name, to repeat it with @NAME
search-saved = The search is saved. To repeat it: malle search @{ $name }
searches-about = Your saved searches
searches-list-about = List saved searches
searches-remove-about = Forget a saved search
searches-name = Name of the search
searches-examples =
    malle search --save unpaid invoice -paid since:3m
    malle search @unpaid
    malle search @unpaid from:Fatou
searches-none = No search is saved: malle search --save NAME QUERY keeps one
searches-removed = The search is forgotten.

privacy-annotations = { $count ->
    [one] { NUM($count) } label, note, saved search or decision about your contacts
   *[other] { NUM($count) } labels, notes, saved searches or decisions about your contacts
}

error-several-contacts = several people fit "{ $given }": { $people }
    .next = give the id in brackets; malle contacts list shows all of them
error-identity-not-found = "{ $given }" is not of { $name }
    .next = malle contacts show tells what is of this person
error-bad-label = "{ $given }" will not do as a name
    .next = give a word or a few on one line, of at most 80 characters; a single word for a search
error-note-too-long = this text is too long to keep
    .next = shorten it
error-no-such-search = no search is saved under the name "{ $given }"
    .next = malle searches list shows them
