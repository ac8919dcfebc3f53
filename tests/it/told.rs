//! What people are told: short, in their language, and nothing taken silently.

use serde_json::Value;

use crate::support::archives::{self, import_all};
use crate::support::program::{Malle, Run};

/// An archive with a chat of so many messages.
fn chat(messages: usize) -> Malle {
    use std::fmt::Write as _;
    let malle = Malle::new();
    let mut text = String::new();
    for message in 0..messages {
        let (day, hour, minute) = (message / 1_440 + 1, message / 60 % 24, message % 60);
        let sender = if message % 2 == 0 { "Awa" } else { "Fatou Ndiaye" };
        writeln!(text, "{day:02}/03/2024, {hour:02}:{minute:02} - {sender}: robe bleue numéro {message}").unwrap();
    }
    let file = malle.path("Discussion WhatsApp avec Fatou Ndiaye.txt");
    std::fs::write(&file, text).unwrap();
    let mut archive = archives::create(&malle.path("boutique")).0;
    import_all(&mut archive, &[file]);
    std::fs::write(malle.path("phrase"), archives::PASSPHRASE).unwrap();
    malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_TZ", "Africa/Dakar")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.stdout.lines().last().unwrap_or_default()).unwrap()
}

fn error(run: &Run) -> Value {
    serde_json::from_str(run.stderr.lines().last().unwrap_or_default()).unwrap()
}

#[test]
fn the_beginning_of_many_ids_shows_ten_of_them() {
    let malle = chat(300);
    let exported = malle.run(&["export", "ndjson", "-o", "-"]).stdout;
    let ids: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fitting = ids.iter().filter(|record| record["id"].as_str().unwrap().starts_with('3')).count();
    assert!(fitting > 11, "{fitting}");
    let run = malle.run(&["voir", "3"]);
    assert_eq!(run.code, 2);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let candidates: Vec<&&str> = lines.iter().filter(|line| line.contains("robe bleue")).collect();
    assert_eq!(candidates.len(), 10, "{}", run.stderr);
    for line in candidates {
        assert!(line.contains("mars 2024") && (line.contains("Awa: ") || line.contains("Fatou Ndiaye: ")), "{line}");
        let id = line.split_whitespace().next().unwrap();
        assert_eq!(malle.run(&["voir", id]).code, 0, "{line}");
    }
    assert!(run.stderr.contains(&format!("… et {} autres", fitting - 10)), "{}", run.stderr);
    assert!(lines.iter().all(|line| line.chars().count() < 120), "{}", run.stderr);
    let english = malle.run(&["show", "3", "--lang", "en"]).stderr;
    assert!(english.contains(&format!("… and {} more", fitting - 10)), "{english}");
}

#[test]
fn notices_about_a_search_name_the_filters_of_the_language() {
    let malle = chat(3);
    for (query, french, english) in [
        ("plateforme:zzz", "plateforme:", "platform:"),
        ("platform:zzz", "plateforme:", "platform:"),
        ("contient:zzz", "contient:", "has:"),
        ("est:zzz", "est:", "is:"),
        ("de:", "le filtre de: n'a pas de valeur", "the filter de: has no value"),
        ("(robe", "une parenthèse n'est pas fermée", "a parenthesis is not closed"),
        ("de:(fatou", "une parenthèse n'est pas fermée", "a parenthesis is not closed"),
    ] {
        let told = malle.run(&["chercher", query]).stderr;
        assert!(told.contains(french), "{query}: {told}");
        let told = malle.run(&["search", query, "--lang", "en"]).stderr;
        assert!(told.contains(english), "{query}: {told}");
        let hints = json(&malle.run(&["search", query, "--json"]))["hints"].as_array().unwrap().len();
        assert_eq!(hints, 1, "{query}");
    }
    for query in ["robe", "(robe)", "de:fatou", "de:(fatou OU awa)"] {
        assert!(json(&malle.run(&["search", query, "--json"]))["hints"].as_array().unwrap().is_empty(), "{query}");
    }
}

#[test]
fn a_country_that_is_none_is_an_error() {
    let malle = chat(3);
    for given in ["ZZZ", "ZZ", "Sénégal", ""] {
        let run = malle.run(&["search", "robe", "--json", "--pays", given]);
        assert_eq!((run.code, error(&run)["code"].as_str()), (2, Some("unknown-country")), "{given:?}: {}", run.stderr);
    }
    for given in ["SN", "sn", "CA"] {
        assert_eq!(malle.run(&["search", "robe", "--count", "--pays", given]).code, 0, "{given}");
    }
    let malle = malle.set("MALLE_COUNTRY", "ZZZ");
    assert_eq!(malle.run(&["search", "robe", "--count"]).code, 2);
}

#[test]
fn a_backup_as_json_lists_the_drives_that_are_absent() {
    let malle = chat(3);
    for drive in ["cle-1", "cle-2"] {
        std::fs::create_dir(malle.path(drive)).unwrap();
        assert_eq!(malle.run(&["backup", "add", drive]).code, 0);
    }
    let states = |run: &Run| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let drives = json(run)["drives"].as_array().unwrap().clone();
        drives.iter().map(|drive| (text(&drive["name"]), text(&drive["state"]))).collect()
    };
    let expected =
        |second: &str| vec![("cle-1".to_owned(), "current".to_owned()), ("cle-2".to_owned(), second.to_owned())];
    let both = malle.run(&["backup", "run", "--json"]);
    assert_eq!(states(&both), expected("current"));
    assert!(json(&both)["drives"][0]["last_run"].is_string());
    std::fs::rename(malle.path("cle-2"), malle.path("ailleurs")).unwrap();
    let one = malle.run(&["backup", "run", "--json"]);
    assert_eq!((one.code, states(&one)), (0, expected("absent")));
    assert_eq!(json(&one)["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn a_time_before_the_platform_existed_is_no_end_of_the_span() {
    let malle = chat(3);
    let posts =
        r#"[{"timestamp":86400,"data":[{"post":"sans date"}]},{"timestamp":1700000000,"data":[{"post":"soldes"}]}]"#;
    let file = malle.path("facebook-awa-2025-03-01-AAAAAAAA/your_facebook_activity/posts/your_posts_1.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, posts).unwrap();
    malle.run(&["import", "facebook-awa-2025-03-01-AAAAAAAA"]);
    let status = json(&malle.run(&["status", "--json"]));
    assert_eq!(status["span"]["first"], "2023-11-14T22:13:20Z", "{status}");
    assert!(status["span"]["last"].as_str().unwrap().starts_with("2024-03-01"), "{status}");
    assert_eq!(status["span"]["implausible"], 1, "{status}");
    let text = malle.run(&["etat"]).stdout;
    assert!(text.contains("2023") && text.contains("1 sans date plausible") && !text.contains("1970"), "{text}");
    let exported = malle.run(&["export", "ndjson", "-o", "-"]).stdout;
    assert!(exported.contains("1970-01-02T00:00:00Z"), "the record is as the download tells it");
}

#[test]
fn an_interrupted_export_does_not_stand_in_the_way_of_the_next() {
    let malle = chat(3);
    let (whole, partial) = (malle.path("tout.ndjson"), malle.path("tout.ndjson.malle-partial"));
    // As kill -9 leaves it.
    std::fs::write(&partial, "reste").unwrap();
    assert_eq!(malle.run(&["export", "ndjson", "-o", "tout.ndjson"]).code, 0);
    assert_eq!(std::fs::read_to_string(&whole).unwrap().lines().count(), 3);
    assert!(!partial.exists());
    assert_eq!(malle.run(&["export", "ndjson", "-o", "tout.ndjson"]).code, 4, "a whole file is not replaced");
    assert!(!partial.exists());
    let folder = malle.run(&["export", "ndjson", "-o", "absent/tout.ndjson", "--json"]);
    assert_eq!(folder.code, 4, "{}", folder.stderr);
}

/// Ctrl-C while the file grows: some of the runs end before, so it is tried until one is met in the middle.
#[cfg(unix)]
#[test]
fn control_c_leaves_nothing_of_an_export() {
    let malle = chat(1_500);
    let (whole, partial) = (malle.path("tout.ndjson"), malle.path("tout.ndjson.malle-partial"));
    let mut met = 0;
    for _ in 0..20 {
        let code = malle.run_and_interrupt_once(&["export", "ndjson", "-o", "tout.ndjson"], &partial);
        assert!(!partial.exists(), "plain text is left after code {code}");
        assert_eq!(whole.exists(), code == 0);
        drop(std::fs::remove_file(&whole));
        met += usize::from(code == 130);
        if met == 3 {
            break;
        }
    }
    assert!(met > 0, "no run was met in the middle");
}

/// What was edited within a second that others share is kept apart, and each leads to the other.
#[test]
fn what_may_be_one_message_in_two_downloads_leads_to_it() {
    const AT: i64 = 1_773_000_000_000;
    let malle = Malle::new();
    archives::create(&malle.path("boutique"));
    std::fs::write(malle.path("phrase"), archives::PASSPHRASE).unwrap();
    let malle =
        malle.set("MALLE_ARCHIVE", "boutique").set("MALLE_PASSWORD_FILE", "phrase").set("MALLE_TZ", "Africa/Dakar");
    let said = |seconds: i64, sender: &str, text: &str| serde_json::json!({"sender_name": sender, "timestamp_ms": AT + seconds * 1000, "content": text});
    let downloads = [
        (
            "2026-03-10",
            vec![said(4, "Zoe", "ananas"), said(5, "Zoe", "cerise"), said(5, "Zoe", "figue"), said(6, "Zoe", "goyave")],
        ),
        ("2026-06-10", vec![said(4, "Zoe", "ananas mûr"), said(6, "Awa", "kiwi")]),
    ];
    for (day, messages) in &downloads {
        let folder = malle.path(&format!(
            "instagram-awa.shop-{day}-AAAAbbbb/your_instagram_activity/messages/inbox/zoe_100000000000001"
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let thread = serde_json::json!({"participants": [{"name": "Zoe"}, {"name": "Awa"}], "messages": messages, "title": "Zoe",
            "thread_path": "inbox/zoe_100000000000001"});
        std::fs::write(folder.join("message_1.json"), thread.to_string()).unwrap();
        let run = malle.run(&["import", &format!("instagram-awa.shop-{day}-AAAAbbbb"), "--me", "Awa"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let id = |word: &str| {
        malle.run(&["search", "--ids", &format!("=\"{word}\"")]).stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let both = id("ananas");
    assert_eq!(both.len(), 2);
    for (one, other) in [(0, 1), (1, 0)] {
        let shown = malle.run(&["voir", &both[one]]).stdout;
        let line = shown.lines().find(|line| line.contains("un autre téléchargement")).unwrap_or_default();
        let beginning: String = both[other].chars().take(8).collect();
        assert!(line.contains(&beginning) && line.contains("malle voir"), "{shown}");
        assert!(malle.run(&["show", &both[one], "--lang", "en"]).stdout.contains("perhaps the same"));
        assert_eq!(json(&malle.run(&["show", &both[one], "--json"]))["alike"], serde_json::json!([both[other]]));
    }
    // One download tells both, or somebody else says it.
    for word in ["cerise", "figue", "goyave", "kiwi"] {
        let [one] = id(word).try_into().unwrap();
        assert_eq!(json(&malle.run(&["show", &one, "--json"]))["alike"], Value::Null, "{word}");
        assert!(!malle.run(&["voir", &one]).stdout.contains("autre téléchargement"), "{word}");
    }
}

/// A page of 2013 that turns out to be none after something of it was told is kept, and its report adds up.
#[test]
fn a_page_that_is_kept_says_what_of_it_was_told() {
    let malle = chat(1);
    let folder = malle.path("facebook-awa/html");
    std::fs::create_dir_all(&folder).unwrap();
    // Tags in tags, more of them than any page has.
    let find =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/finds/page-too-deep/html/messages.htm");
    std::fs::copy(find, folder.join("messages.htm")).unwrap();
    let run = malle.run(&["import", "facebook-awa", "--json"]);
    assert_eq!(run.code, 3, "{} {}", run.stdout, run.stderr);
    let list = json(&malle.run(&["imports", "list", "--json"]));
    let id = list["imports"].as_array().unwrap().iter().find(|import| import["bundles"][0] == "facebook-awa").unwrap()
        ["id"]
        .clone();
    let report = json(&malle.run(&["imports", "report", id.as_str().unwrap(), "--json"]));
    let file = &report["files"][0];
    assert_eq!((&file["outcome"], &file["reason"]), (&"kept_raw".into(), &"unknown-shape".into()), "{file}");
    let told = file["problems"].as_array().unwrap().iter().filter(|problem| problem["position"].is_u64()).count();
    assert_eq!((told, &file["elements"]), (1, &1.into()), "{file}");
}
