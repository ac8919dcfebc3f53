//! Tests of the module above.

use chrono::NaiveDate;

use super::*;
use crate::index::QueryContext;

fn query(text: &str) -> Query {
    Query::parse(text, &QueryContext::new(NaiveDate::from_ymd_opt(2024, 3, 14).unwrap()))
}

/// The snippet with `‹›` around what was found.
fn marked(text: &str, asked: &str, max_chars: usize) -> String {
    let snippet = snippet(text, &query(asked), max_chars);
    let mut out = String::new();
    let mut at = 0;
    for found in &snippet.highlights {
        for (text, mark) in [(at..found.start, "‹"), (found.clone(), "›")] {
            out.push_str(snippet.text.get(text).unwrap());
            out.push_str(mark);
        }
        at = found.end;
    }
    out + snippet.text.get(at..).unwrap()
}

#[test]
fn what_was_found_is_marked_in_the_original() {
    let check = |text: &str, asked: &str, expected: &str| assert_eq!(marked(text, asked, 160), expected, "{asked}");
    check("La robe est LIVRÉE demain", "livree", "La robe est ‹LIVRÉE› demain");
    check("La robe est livre\u{301}e demain", "livrer", "La robe est ‹livre\u{301}e› demain");
    check("Un cœur en or", "coeur", "Un ‹cœur› en or");
    check("le prix d'achat", "achat", "le prix d'‹achat›");
    check("Serigne M'Baye est là", "mbaye", "Serigne ‹M'Baye› est là");
    check("prix de gros, gros prix", "\"prix de gros\"", "‹prix de gros›, gros prix");
    check("un t-shirt, un t shirt, un tshirt", "t-shirt", "un ‹t-shirt›, un ‹t shirt›, un ‹tshirt›");
    check("Ça fait 25\u{202f}000 F", "25000", "Ça fait ‹25\u{202f}000› F");
    check("merci ❤️ bien", "❤", "merci ‹❤›️ bien");
    check("les commandes", "comm*", "les ‹commandes›");
    check("robe rouge", "robe -rouge de:awa", "‹robe› rouge");
    check("rien ici", "robe", "rien ici");
    check("#ModeAfricaine", "mode africaine", "#‹Mode›‹Africaine›");
    check("robe robe", "robe", "‹robe› ‹robe›");
}

#[test]
fn the_densest_part_of_a_long_text_is_shown() {
    let text = format!("robe {}une robe bleue ici {}", "mot ".repeat(100), "fin ".repeat(100));
    assert_eq!(marked(&text, "robe bleue", 40), "…mot une ‹robe› ‹bleue› ici fin fin fin…");
    assert_eq!(marked(&text, "absent", 20), "robe mot mot mot…");
    assert_eq!(marked("un deux trois", "trois", 160), "un deux ‹trois›");
}

proptest::proptest! {
    #[test]
    fn snippets_are_short_and_true(
        text in "([a-eéœ'’ \u{301}\u{200d}👍🏽0-3-]|robe|livrée| ){0,120}",
        asked in "[a-e]{1,2}|robe|livrer|12|a\\*|\"[a-e] [a-e]\"|👍",
        max_chars in 0_usize..60,
    ) {
        let query = query(&asked);
        let mut wanted = Vec::new();
        needles(&query.node, &mut wanted);
        let snippet = snippet(&text, &query, max_chars);
        proptest::prop_assert!(snippet.text.chars().count() <= max_chars.max(2) || snippet.text == text);
        proptest::prop_assert!(text.contains(snippet.text.trim_matches('…')));
        let mut end = 0;
        for found in &snippet.highlights {
            proptest::prop_assert!(found.start >= end && found.end > found.start);
            end = found.end;
            let span = snippet.text.get(found.clone()).unwrap();
            let analysis = Analysis::of(span);
            let holds = analysis.tokens.iter().enumerate().any(|(at, token)| {
                wanted.iter().any(|needle| match_end(&analysis, at, token, needle).is_some())
            });
            proptest::prop_assert!(holds, "{span:?} in {:?}", snippet.text);
        }
    }
}
