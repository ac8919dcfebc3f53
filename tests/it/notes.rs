//! What the owner adds, with the real program: contacts, labels, notes, saved searches; and that nothing of it is lost.

use serde_json::Value;

use crate::cli::with_archive;
use crate::support::fixtures;
use crate::support::program::{Malle, Run};
use malle::notes::Book;

/// A home with an archive of some samples.
fn filled_archive() -> Malle {
    let malle = with_archive().set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_TZ", "Africa/Dakar");
    let samples = [
        "facebook/json-2025_two-folders/bundle",
        "messenger/e2ee_two-threads/bundle",
        "whatsapp/android_fr-direct/bundle",
    ];
    let paths: Vec<String> = samples.iter().map(|sample| fixtures().join(sample).display().to_string()).collect();
    let mut arguments = vec!["import", "-q", "--me", "Atelier Awa", "--timezone", "Africa/Dakar"];
    arguments.extend(paths.iter().map(String::as_str));
    let run = malle.run(&arguments);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    malle
}

fn json(run: &Run) -> Value {
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn done(run: Run) -> Run {
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run
}

fn ids(malle: &Malle, query: &[&str]) -> Vec<String> {
    let mut arguments = vec!["search", "--ids", "-m", "1000"];
    arguments.extend(query);
    malle.run(&arguments).stdout.lines().map(str::to_owned).collect()
}

#[test]
fn contacts_are_listed_merged_and_split() {
    let malle = filled_archive();
    let all = json(&done(malle.run(&["contacts", "list", "--json"])));
    let contacts = all["contacts"].as_array().unwrap();
    assert!(contacts.len() >= 3, "{all}");
    let talkers: Vec<&Value> = contacts.iter().filter(|one| one["records"].as_u64() > Some(0)).collect();
    let id = |at: usize| talkers[at]["id"].as_str().unwrap().to_owned();
    let name = |at: usize| talkers[at]["name"].as_str().unwrap().to_owned();
    let (first, second) = (id(0), id(1));
    let records = |at: usize| talkers[at]["records"].as_u64().unwrap();
    let own = |id: &str| ids(&malle, &[&format!("de:{}", id.get(..12).unwrap())]).len();
    assert_eq!(u64::try_from(own(&first)).unwrap(), records(0));

    let merged = json(&done(malle.run(&[
        "contacts",
        "fusionner",
        first.get(..10).unwrap(),
        second.get(..10).unwrap(),
        "--json",
    ])));
    assert_eq!(merged["contacts"][0]["reasons"][0]["kind"], "told");
    assert_eq!(merged["contacts"][0]["records"], records(0) + records(1));
    let by_name = ids(&malle, &[&format!("de:\"{}\"", name(1))]);
    assert_eq!(u64::try_from(by_name.len()).unwrap(), records(0) + records(1), "{}", name(1));
    let again = done(malle.run(&["contacts", "merge", &first, &second]));
    assert!(again.stderr.contains("C'était déjà le cas") || again.stderr.is_empty(), "{}", again.stderr);
    let shown = done(malle.run(&["contacts", "voir", first.get(..10).unwrap()]));
    assert!(shown.stdout.contains("vous l'avez dit"), "{}", shown.stdout);

    done(malle.run(&["contacts", "separer", first.get(..10).unwrap()]));
    assert_eq!(u64::try_from(own(&first)).unwrap(), records(0));
    assert_eq!(u64::try_from(own(&second)).unwrap(), records(1));
    assert_eq!(malle.run(&["contacts", "show", "Personne Inconnue"]).code, 1);
    assert_eq!(malle.run(&["contacts", "merge", &first, "zzzzzzzz9"]).code, 1);
    assert_eq!(malle.run(&["contacts", "split", &first, "rien de tel"]).code, 1);
    assert_eq!(malle.run(&["contacts", "merge", &first]).code, 2);
}

#[test]
fn the_phone_s_address_book_gives_numbers() {
    let malle = filled_archive();
    let cards = fixtures().join("whatsapp/address-book_cards/bundle/contacts.vcf").display().to_string();
    let run = malle.run(&["import", "-q", &cards]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    let found = json(&done(malle.run(&["contacts", "list", "Fatou Exemple", "--json"])));
    let phones: Vec<&Value> =
        found["contacts"].as_array().unwrap().iter().flat_map(|one| one["phones"].as_array().unwrap()).collect();
    assert!(phones.contains(&&Value::from("+221770000002")), "{found}");
    results_say_whose_number_it_is(&malle);
    let before = malle.run(&["contacts", "list", "--json"]).stdout;
    let run = malle.run(&["import", "-q", &cards]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    assert_eq!(malle.run(&["contacts", "list", "--json"]).stdout, before, "twice is once");
}

/// A chat with a number that the address book knows: its name is shown everywhere, and what was written is kept.
fn results_say_whose_number_it_is(malle: &Malle) {
    let chat = malle.path("Discussion WhatsApp avec +221 77 000 00 02.txt");
    let lines =
        "02/03/2024 10:00 - +221 77 000 00 02: deux pagnes indigo\n02/03/2024 10:01 - Atelier Awa: pagnes notés\n";
    fs_err::write(&chat, lines).unwrap();
    let run =
        malle.run(&["import", "-q", "--me", "Atelier Awa", "--timezone", "Africa/Dakar", &chat.display().to_string()]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    let text = done(malle.run(&["chercher", "indigo", "-C", "1"])).stdout;
    assert!(text.contains("WhatsApp › Fatou Exemple  ") && !text.contains("77 000"), "{text}");
    let around = done(malle.run(&["chercher", "notés", "-C", "1"])).stdout;
    assert!(around.contains("Fatou Exemple: deux pagnes"), "{around}");
    let hit = json(&done(malle.run(&["search", "indigo", "--json"])))["hits"][0].clone();
    assert_eq!((&hit["author"], &hit["person"]), (&"+221 77 000 00 02".into(), &"Fatou Exemple".into()), "{hit}");
    assert_eq!(hit["conversation_person"], "Fatou Exemple");
    let table = done(malle.run(&["search", "--csv-plain", "indigo"])).stdout;
    assert!(table.contains(",'+221 77 000 00 02,deux pagnes indigo,exact,Fatou Exemple,,\r\n"), "{table}");
    let shown = done(malle.run(&["voir", hit["id"].as_str().unwrap()])).stdout;
    assert!(shown.contains("WhatsApp › Fatou Exemple  "), "{shown}");
    let listed = done(malle.run(&["discussions", "liste"])).stdout;
    assert!(listed.contains("Fatou Exemple (+221 77 000 00 02)"), "{listed}");
}

#[test]
fn labels_and_notes_are_found_shown_and_kept() {
    let malle = filled_archive();
    let all = ids(&malle, &["*"]);
    let (some, one) = (all.get(..5).unwrap(), &all[7]);
    let piped = malle.run_with_input(&["label", "add", "Très urgent", "-"], &some.join("\n"));
    assert!(done(piped).stdout.contains("5 éléments"));
    assert!(
        done(malle.run_with_input(&["etiquette", "ajouter", "tres URGENT", "-"], &some.join("\n")))
            .stdout
            .contains('0')
    );
    done(malle.run(&["label", "add", "payé", one.get(..10).unwrap()]));
    let mut labelled = ids(&malle, &["etiquette:\"très urgent\""]);
    labelled.sort();
    let mut wanted = some.to_vec();
    wanted.sort();
    assert_eq!(labelled, wanted);
    assert_eq!(ids(&malle, &["label:pay*"]), std::slice::from_ref(one));
    assert_eq!(ids(&malle, &["has:label"]).len(), 6);
    assert_eq!(ids(&malle, &["* SAUF contient:etiquette"]).len(), all.len() - 6);
    let unknown = malle.run(&["search", "label:inconnue"]);
    assert!(unknown.code == 1 && unknown.stderr.contains("étiquette"), "{}", unknown.stderr);
    let shown = done(malle.run(&["voir", one])).stdout;
    assert!(shown.contains("étiquettes\u{a0}: payé"), "{shown}");
    let hit = &json(&done(malle.run(&["search", "label:payé", "--json"])))["hits"][0];
    assert_eq!(hit["labels"], serde_json::json!(["payé"]));

    // Words about a record are found with it, before and after the index is made anew.
    assert_eq!(malle.run(&["label", "note", one]).code, 1);
    done(malle.run(&["label", "note", one, "Fatou", "veut", "du", "zinzoline"]));
    let found = json(&done(malle.run(&["search", "zinzolines", "--json"])));
    assert_eq!((found["total"].as_u64(), &found["hits"][0]["id"]), (Some(1), &Value::from(one.as_str())));
    assert!(found["hits"][0]["snippet"].as_str().unwrap().contains("zinzoline"), "{found}");
    done(malle.run(&["index", "rebuild"]));
    assert_eq!(ids(&malle, &["zinzoline"]), std::slice::from_ref(one));
    assert_eq!(ids(&malle, &["has:note"]), std::slice::from_ref(one));
    let text = done(malle.run(&["search", "zinzoline"])).stdout;
    assert!(text.contains("votre note") && text.contains("[payé]"), "{text}");
    done(malle.run(&["label", "note", one, "Fatou", "veut", "du", "bazin"]));
    assert_eq!((ids(&malle, &["zinzoline"]).len(), ids(&malle, &["bazin"]).len()), (0, 1));

    // Ids of another archive, and what is no id, change nothing.
    let before = malle.run(&["label", "list", "--json"]).stdout;
    let foreign = "7zzzzzzzzzzzzzzzzzzzzzzzzz";
    assert_eq!(malle.run(&["label", "add", "urgent", one, foreign]).code, 1);
    assert_eq!(malle.run(&["label", "add", "urgent", "pas un id"]).code, 2);
    assert_eq!(malle.run(&["label", "add", " ", one]).code, 2);
    assert_eq!(malle.run(&["label", "add", "a\nb", one]).code, 2);
    assert_eq!(malle.run(&["label", "list", "--json"]).stdout, before);

    // A backup has it all, an import leaves it as it is.
    let stick = malle.path("cle");
    std::fs::create_dir(&stick).unwrap();
    done(malle.run(&["backup", "add", "cle", "--name", "S"]));
    done(malle.run(&["backup", "run", "S"]));
    let restored = malle.run(&["restore", "cle", "--to", "retour"]);
    assert_eq!(restored.code, 0, "{}", restored.stderr);
    assert_eq!(malle.run(&["--archive", "retour", "label", "list", "--json"]).stdout, before);
    let sample = fixtures().join("whatsapp/android_fr-direct/bundle").display().to_string();
    let run = malle.run(&["import", "-q", "--me", "Atelier Awa", "--timezone", "Africa/Dakar", &sample]);
    assert!([0, 3].contains(&run.code), "{}", run.stderr);
    assert_eq!(malle.run(&["label", "list", "--json"]).stdout, before);
    done(malle.run(&["verify", "--read-data"]));

    done(malle.run(&["label", "remove", "payé", one.get(..10).unwrap()]));
    done(malle.run(&["label", "note", one, "--remove"]));
    assert_eq!((ids(&malle, &["label:payé"]).len(), ids(&malle, &["bazin"]).len()), (0, 0));
    assert!(done(malle.run(&["label", "list"])).stdout.starts_with("5 éléments  "));
}

#[test]
fn an_export_holds_what_the_owner_added() {
    let malle = filled_archive();
    let records = done(malle.run(&["export", "ndjson", "-o", "-"])).stdout;
    let all = ids(&malle, &["*"]);
    done(malle.run(&["label", "add", "payé", &all[0], &all[1]]));
    done(malle.run(&["label", "remove", "payé", &all[1]]));
    done(malle.run(&["label", "note", &all[0], "deux lignes\u{2028}de bazin"]));
    malle.run(&["search", "--save", "photos", "contient:photo"]);
    let people = json(&done(malle.run(&["contacts", "list", "--json"])));
    let id = |at: usize| people["contacts"][at]["id"].as_str().unwrap();
    done(malle.run(&["contacts", "merge", id(0), id(1)]));
    let whole = done(malle.run(&["export", "ndjson", "-o", "-"])).stdout;
    let said = whole.strip_prefix(&records).expect("the records are as before");
    // Read back, it says the same.
    let mut book = Book::default();
    said.lines().for_each(|line| book.take(line.as_bytes()));
    let labels = book.labels();
    assert_eq!(
        labels.values().map(|(label, records)| (label.as_str(), records.len())).collect::<Vec<_>>(),
        [("payé", 1)]
    );
    assert_eq!(book.notes().values().collect::<Vec<_>>(), ["deux lignes\u{2028}de bazin"]);
    assert_eq!(book.searches(), [("photos", "contient:photo", None)]);
    assert_eq!((book.pairs().len(), said.lines().count()), (1, 4));
    assert!(said.lines().all(|line| serde_json::from_str::<Value>(line).unwrap()["is"].is_string()));
    let run = done(malle.run(&["exporter", "ndjson", "-o", "tout.ndjson"]));
    assert!(run.stderr.contains("et 4 lignes de vous"), "{}", run.stderr);
    assert_eq!(fs_err::read_to_string(malle.path("tout.ndjson")).unwrap(), whole);
    let table = done(malle.run(&["search", "--csv-plain", "label:payé"])).stdout;
    assert!(table.contains(",payé,deux lignes") && table.starts_with("id,time,"), "{table}");
}

#[test]
fn searches_are_saved_repeated_narrowed_and_forgotten() {
    let malle = filled_archive();
    assert_eq!(malle.run(&["searches", "list"]).code, 1);
    let first = malle.run(&["chercher", "--enregistrer", "tout", "--tri", "oldest", "--ids", "-m", "1000", "*"]);
    assert!(done(first).stderr.contains("@tout"));
    let oldest: Vec<String> = ids(&malle, &["--sort", "oldest", "*"]);
    assert_eq!(ids(&malle, &["@TOUT"]), oldest);
    let narrowed = ids(&malle, &["@tout", "plateforme:whatsapp"]);
    assert_eq!(narrowed, ids(&malle, &["--sort", "oldest", "platform:whatsapp"]));
    assert!(!narrowed.is_empty() && narrowed.len() < oldest.len());
    // Another search takes the place of the first.
    malle.run(&["search", "--save", "Tout", "platform:whatsapp", "OU", "platform:messenger"]);
    let listed = json(&done(malle.run(&["recherches", "liste", "--json"])));
    assert_eq!(listed["searches"].as_array().unwrap().len(), 1);
    assert_eq!(listed["searches"][0]["query"], "platform:whatsapp OU platform:messenger");
    let both = ids(&malle, &["(platform:whatsapp OU platform:messenger) contient:photo"]);
    assert!(!both.is_empty() && both.len() < oldest.len());
    assert_eq!(ids(&malle, &["@tout", "contient:photo"]), both);
    // Wherever it stands.
    assert_eq!(ids(&malle, &["contient:photo", "@tout"]), both);
    assert_eq!(
        ids(&malle, &["contient:photo (@tout OU platform:facebook)"]).len(),
        ids(&malle, &["contient:photo"]).len()
    );
    let others = ids(&malle, &["--", "-@tout"]);
    let named = ids(&malle, &["@tout"]);
    assert!(!others.is_empty() && others.iter().all(|id| !named.contains(id)));
    assert_eq!(others.len() + named.len(), oldest.len());
    // Narrowed by what it asks for already, it finds less, not more.
    assert_eq!(ids(&malle, &["@tout", "plateforme:whatsapp"]).len(), narrowed.len());
    assert_eq!(malle.run(&["search", "--save", "deux mots", "*"]).code, 2);
    assert_eq!(malle.run(&["searches", "remove", "rien"]).code, 1);
    done(malle.run(&["recherches", "retirer", "@tout"]));
    // A mention is one again.
    assert_eq!(ids(&malle, &["@tout"]).len(), 0);
}
