//! Tests of the query language, its words and its dates.

use super::*;

fn query(text: &str) -> Query {
    Query::parse(text, &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()))
}

fn shown(parts: &[ReadingPart], between: &str) -> String {
    let show = |part: &ReadingPart| match part {
        ReadingPart::Everything => "*".to_owned(),
        ReadingPart::Word(word) => word.clone(),
        ReadingPart::Spelling(word) => format!("={word}"),
        ReadingPart::Phrase(words) => format!("“{words}”"),
        ReadingPart::Prefix(start) => format!("{start}*"),
        ReadingPart::Filter { operator, value } => format!("{}:{value}", operator.name()),
        ReadingPart::Time { start, end, .. } => {
            let show = |at: &Option<chrono::NaiveDateTime>| at.map_or(String::new(), |at| at.date().to_string());
            format!("{}..{}", show(start), show(end))
        }
        ReadingPart::All(parts) => format!("({})", shown(parts, " & ")),
        ReadingPart::Any(parts) => format!("({})", shown(parts, " | ")),
        ReadingPart::Not(part) => format!("-{}", shown(std::slice::from_ref(part), "")),
    };
    parts.iter().map(show).collect::<Vec<_>>().join(between)
}

#[test]
fn queries_read_as_people_mean_them() {
    let check = |text: &str, expected: &str| assert_eq!(shown(&query(text).reading(), " & "), expected, "{text}");
    check("de : Fatou robe", "from:Fatou & robe");
    check("de\u{a0}: Fatou robe", "from:Fatou & robe");
    check("de\u{202f}:Fatou robe", "from:Fatou & robe");
    check("« prix de gros »", "“prix de gros”");
    check("«\u{a0}prix de gros\u{a0}»", "“prix de gros”");
    check("ROBE OU SAC", "ROBE & SAC");
    check("robe OU sac", "(robe | sac)");
    check("robe | sac", "(robe | sac)");
    check("robe ET sac", "robe & sac");
    check("robe SAUF rouge", "robe & -rouge");
    check("robe -\"robe rouge\"", "robe & -“robe rouge”");
    check("t-shirt", "t-shirt");
    check("rendez-vous", "rendez-vous");
    check("-5°", "5");
    check("25 -10", "25 & 10");
    check("http://wa.me/221771234567", "http & wa & 221771234567");
    check("heure:15", "heure & 15");
    check("\"robe", "“robe”");
    check("de:\"Mme Diop\" OU de:Fatou", "(from:Mme Diop | from:Fatou)");
    check("de:fatou de:awa", "(from:fatou | from:awa)");
    check("de:fatou robe de:awa de:ali", "(from:fatou | from:awa | from:ali) & robe");
    check("contient:photo contient:lien", "has:photo & has:lien");
    check("prix : 25000", "25000");
    check("77 123 45 67", "77 & 123 & 45 & 67");
    check("25 000 f", "25 000 & f");
    check("depuis:la semaine dernière robe", "2024-03-04.. & robe");
    check("mars 2024", "mars & 2024");
    check("le:mars 2024", "2024-03-01..2024-04-01");
    check("avant:2024 robe", "..2024-01-01 & robe");
    check("jusqu'à:2024", "..2025-01-01");
    check("~jerejef", "jerejef");
    check("=côté", "=côté");
    check("(robe OU sac) de:fatou", "(robe | sac) & from:fatou");
    check("de:(fatou OU awa)", "(from:fatou | from:awa)");
    check("plateforme:whatsapp,insta", "(platform:whatsapp | platform:insta)");
    check("*", "*");
    check("sauf annulée", "sauf & annulée");
    check("", "*");
    check("  \u{a0} ", "*");
    check("comm*", "comm*");
    check("((robe", "robe");
    check("robe) sac", "robe & sac");
    check("OU", "*");
    check("robe -", "robe");
    check("robe - sac", "robe & sac");
    check("#ModeAfricaine @awa 👍", "#ModeAfricaine & @awa & 👍");
    check("le la", "le & la");
    check("la robe", "robe");
    check("a : robe", "robe");
    check("-de:fatou", "-from:fatou");
    check("type:photo robe", "type:photo & robe");
}

#[test]
fn the_typist_is_told_what_was_not_understood() {
    let check = |text: &str, expected: &[Hint]| assert_eq!(query(text).hints(), expected, "{text}");
    check("heure:15", &[Hint::UnknownOperator("heure".to_owned())]);
    check("http://wa.me/221771234567", &[]);
    check("14:05", &[]);
    check("\"robe", &[Hint::UnbalancedQuote]);
    check("type:fusée", &[Hint::UnknownValue { operator: Operator::Type, value: "fusée".to_owned() }]);
    check("le:jamais", &[Hint::UnreadableDate { operator: Operator::On, text: "jamais".to_owned() }]);
    assert!(matches!(query("mars 2024").hints(), [Hint::MaybeDate { text, .. }] if text == "mars 2024"));
    assert!(matches!(query("robe mars").hints(), [Hint::MaybeDate { text, .. }] if text == "mars"));
    assert_eq!(query(&"robe ".repeat(2_000)).hints(), [Hint::TooLong]);
    assert_eq!(query("tri:pertinence robe").sort(), Some(Sort::Relevance));
    assert_eq!(query("la robe").ignored(), ["la"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_query(text in "\\PC{0,80}|[a-z:()\"«»*=~|#@ -]{0,60}|(de:|le:|\\(|-|OU | robe|\"){0,40}") {
        let _ = query(&text).reading();
    }
}

#[test]
fn deep_parentheses_are_bounded() {
    assert_eq!(query(&"(".repeat(4_000)).reading(), [ReadingPart::Everything]);
    assert_eq!(query(&"-(".repeat(2_000)).reading(), [ReadingPart::Everything]);
    assert_eq!(query(&"-".repeat(4_000)).reading(), [ReadingPart::Everything]);
}

#[test]
fn what_is_begun_and_not_ended_is_told() {
    let check = |text: &str, expected: &str, hints: &[Hint]| {
        let query = query(text);
        assert_eq!((shown(&query.reading(), " & ").as_str(), query.hints()), (expected, hints), "{text}");
    };
    let no_value = |name: &str| Hint::NoValue(name.to_owned());
    check("de:", "de", &[no_value("de")]);
    check("robe plateforme:", "robe & plateforme", &[no_value("plateforme")]);
    check("(robe from:) sac", "robe & sac", &[no_value("from")]);
    check("à:", "à", &[no_value("à")]);
    check("bonjour:", "bonjour", &[]);
    check("(robe", "robe", &[Hint::UnbalancedParenthesis]);
    check("((robe sac", "robe & sac", &[Hint::UnbalancedParenthesis]);
    check("de:(fatou OU awa", "(from:fatou | from:awa)", &[Hint::UnbalancedParenthesis]);
    check("(robe OU sac) de:(fatou)", "(robe | sac) & from:fatou", &[]);
}
