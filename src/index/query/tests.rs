//! Tests of the query language, its words and its dates.

use super::*;

fn query(text: &str) -> Query {
    Query::parse(text, &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()).in_country("SN"))
}

fn shown(parts: &[ReadingPart], between: &str) -> String {
    let show = |part: &ReadingPart| match part {
        ReadingPart::Everything => "*".to_owned(),
        ReadingPart::Word(word) => word.clone(),
        ReadingPart::Spelling(word) => format!("={word}"),
        ReadingPart::Near(word) => format!("~{word}"),
        ReadingPart::Amount(sum) => format!("[{sum}]"),
        ReadingPart::Phone(number) => format!("tel {number}"),
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

fn hint_name(hint: &Hint) -> &'static str {
    match hint {
        Hint::UnknownOperator(_) => "UnknownOperator",
        Hint::UnknownValue { .. } => "UnknownValue",
        Hint::UnreadableDate { .. } => "UnreadableDate",
        Hint::AmbiguousDate { .. } => "AmbiguousDate",
        Hint::MaybeDate { .. } => "MaybeDate",
        Hint::NoValue(_) => "NoValue",
        Hint::UnbalancedQuote => "UnbalancedQuote",
        Hint::UnbalancedParenthesis => "UnbalancedParenthesis",
        Hint::TooLong => "TooLong",
        Hint::NoSuchLabel(_) => "NoSuchLabel",
    }
}

#[test]
fn queries_read_as_people_mean_them() {
    let table = include_str!("../../../fixtures/search/readings.tsv");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#') || line.starts_with("#M")) {
        let [text, reading, hints] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let text = text.replace("\\u00a0", "\u{a0}").replace("\\u202f", "\u{202f}");
        let joined = |text: &str| text.replace("\\u200d", "\u{200d}");
        let (text, reading) = (joined(&text), joined(reading));
        let query = query(&text);
        let found = shown(&query.reading(), " & ");
        let told = query.hints().iter().map(hint_name).collect::<Vec<_>>().join(" ");
        if found != reading || told != hints {
            wrong.push(format!("{text}: {reading} [{hints}], is {found} [{told}]"));
        }
        count += 1;
    }
    assert!(count > 100 && wrong.is_empty(), "{}", wrong.join("\n"));
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
