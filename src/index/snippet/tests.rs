//! Tests of the module above.

use chrono::NaiveDate;

use super::*;
use crate::index::QueryContext;
use crate::index::grapheme::continues;

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
    check("merci ❤️ bien", "❤", "merci ‹❤️› bien");
    check("les commandes", "comm*", "les ‹commandes›");
    check("robe rouge", "robe -rouge de:awa", "‹robe› rouge");
    check("rien ici", "robe", "rien ici");
    check("un portemonnaie rouge", "porte monnaie", "un ‹portemonnaie› rouge");
    check("#ModeAfricaine", "mode africaine", "#‹Mode›‹Africaine›");
    check("robe robe", "robe", "‹robe› ‹robe›");
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    for asked in ["👧", "👩", "👦", family] {
        check(&format!("la {family} est là"), asked, &format!("la ‹{family}› est là"));
    }
    check("❤\u{fe0f}\u{200d}🔥🔥", "🔥", "‹❤\u{fe0f}\u{200d}🔥›‹🔥›");
    check("Nouveau chez H&M, à 14h30", "h&m", "Nouveau chez ‹H&M›, à 14h30");
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
        needles(&query.node, &query, &mut wanted);
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

/// Words of many scripts and spellings: ligatures, combining marks, emoji, right to left.
const PIECES: &[&str] = &[
    "cœur",
    "CŒUR",
    "coeur",
    "ﬁn",
    "ﬂeur",
    "œuvre",
    "Æsop",
    "livre\u{301}e",
    "livrée",
    "LIVRÉE",
    "garçon",
    "garc\u{327}on",
    "N\u{303}aata",
    "Jërëjëf",
    "s\u{323}\u{307}ac",
    "ŋaan",
    "STRAẞE",
    "İstanbul",
    "👍🏽",
    "❤\u{fe0f}",
    "👩\u{200d}🍳",
    "🇸🇳",
    "1\u{fe0f}\u{20e3}",
    "☎",
    "سلام",
    "مُحَمَّد",
    "\u{202b}שלום\u{202c}",
    "على",
    "ߒߞߏ\u{7eb}",
    "नमस्ते",
    "日本語",
    "ไทย",
    "한국",
    "ｆｕｌｌ",
    "½",
    "25\u{202f}000",
    "25.000",
    "36. 000",
    "25k",
    "77 123 45 67",
    "+221 77 123 45 67",
    "l’été",
    "N’Diaye",
    "qu\u{200b}elle",
    "aujourd’hui",
    "rendez-vous",
    "#ModeAfricaine",
    "@fatou_ndiaye",
    "robe38",
    "so\u{ad}leil",
    "a\u{301}\u{301}\u{301}",
    "e\u{20dd}",
    "x",
    "ça",
    "B",
];
const BETWEEN: &[&str] = &[
    " ",
    "",
    ", ",
    "\u{a0}",
    "\n",
    "-",
    "’",
    "\u{200f}",
    "\u{301}",
    "\u{fe0f}",
    "🏽",
    "\u{200d}",
    "…",
    "(",
    ".",
    " \u{202e}",
];

/// What a query's word asks for, folded: digits of a number or phone alone, without signs.
fn asked_for(node: &Node, out: &mut Vec<String>) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| asked_for(node, out)),
        Node::Named { words, .. } => asked_for(words, out),
        Node::Word(word) => {
            out.extend(word.spellings.iter().map(|spelling| spelling.concat().replace(['#', '@', '.'], "")));
            out.extend(word.phone.iter().map(|phone| match phone {
                PhoneTest::Number(phone) => {
                    phone.digits.chars().rev().take(7).collect::<String>().chars().rev().collect()
                }
                PhoneTest::Ending(digits) => digits.clone(),
            }));
        }
        Node::Phrase(phrase) => out.push(phrase.terms.iter().map(|(_, term)| term.as_str()).collect()),
        _ => {}
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(10_000))]
    #[test]
    fn every_highlight_holds_what_was_asked(
        pieces in proptest::collection::vec((0..PIECES.len(), 0..BETWEEN.len()), 1..12),
        asked in 0..PIECES.len(),
        max_chars in 8_usize..200,
    ) {
        let text: String = pieces.iter().flat_map(|(piece, between)| [PIECES[*piece], BETWEEN[*between]]).collect();
        let query = query(&format!("={}", PIECES[asked]));
        let mut wanted = Vec::new();
        asked_for(&query.node, &mut wanted);
        let snippet = snippet(&text, &query, max_chars);
        for found in &snippet.highlights {
            let span = snippet.text.get(found.clone()).unwrap();
            let folded = crate::index::fold::fold(span);
            let emoji: String = span.chars().filter(|letter| !letter.is_alphanumeric() && !continues(*letter)).collect();
            let holds = wanted.iter().any(|term| !term.is_empty() && (folded.contains(term.as_str()) || emoji.contains(term.as_str())));
            // 25k is 25000: what multiplies it is not written as digits.
            let multiplied = span.to_lowercase().trim_end_matches(continues).ends_with('k');
            proptest::prop_assert!(holds || multiplied, "{:?} of {:?} for {:?}", span, text, wanted);
            let after = snippet.text.get(found.end..).unwrap().chars().next();
            proptest::prop_assert!(!after.is_some_and(continues), "{:?} of {:?} is cut within a character", span, text);
            proptest::prop_assert!(!span.chars().next().is_some_and(continues), "{:?} begins within a character", span);
        }
    }
}

#[test]
fn every_word_is_found_in_itself() {
    for piece in PIECES.iter().filter(|piece| !piece.contains(char::is_whitespace)) {
        assert!(!snippet(piece, &query(&format!("={piece}")), 160).highlights.is_empty(), "{piece}");
    }
}
