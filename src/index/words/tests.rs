//! Tests of the module above.

use super::*;

/// Words by place, `/` between what stands at one place, `*` before stems, `$` before sums, `+` before phone numbers,
/// whose digits are turned round.
fn terms(text: &str) -> String {
    let analysis = Analysis::of(text);
    let mut out = String::new();
    let mut place = None;
    for token in &analysis.tokens {
        if place == Some(token.place) {
            out.push('/');
        } else if place.is_some() {
            out.push(' ');
        }
        place = Some(token.place);
        out.push_str(&analysis.term(token).replace('\u{1}', "*").replace('\u{2}', "+").replace('\u{3}', "$"));
    }
    out
}

#[test]
fn texts_and_their_terms() {
    let check = |text: &str, expected: &str| assert_eq!(terms(text), expected, "{text:?}");
    check("", "");
    check("Le prix d'achat", "le prix achat");
    check("qu’elle", "elle");
    check("jusqu'à demain", "a demain");
    check("aujourd’hui", "aujourdhui");
    check("N'Diaye", "diaye/ndiaye/*diai/*ndiai");
    check("L'Oréal", "oreal/loreal");
    check("j'veux", "veux/jveux/*jveu");
    check("rendez-vous", "rendez/rendezvous/*rend/*rendezvou vous/*vou");
    check("robe38", "robe/robe38/*rob 38");
    check("Merciiiii", "merci/mercii/*merc");
    check("25 000 F et 1000000", "$25000/25000 f et 1000000");
    check("25k", "$25000/25000/k/25k");
    check("49€90 ou 5$00", "$49.9/49.9 ou $5/5");
    check("S.N.C.F. ici", "s/sncf n c f ici");
    check("l'U.R.S.S", "u/urss r s s");
    check("a.b.com, M. X.", "a b com m x");
    check("25000F", "$25000/25000/25000f f");
    check("600 mille ici", "$600000/600000/mille ici");
    check("20-25 000", "20 25000");
    check("38-40", "38 40");
    check("77 123 45 67", "+765432177");
    check("+221 77 123 45 67.", "+765432177122+");
    check("36 38 40 42", "+24048363/36 38 40 42");
    check("76 12 34 56 la", "+65432167/76 12 34 56 la");
    check("2M", "2000000/2/2m m");
    check("#ModeAfricaine", "#modeafricaine/modeafricaine/mode/*mod africaine/*africain");
    check("@fatou_ndiaye !", "@fatoundiaye/fatoundiaye/fatou ndiaye/*ndiai");
    check("a@b.sn", "a b sn");
    check("❤️👍🏽 🇸🇳", "❤ 👍 🇸🇳");
    check("日本語", "日 本 語");
    check("ไทย", "ไ ท ย");
    check("سلام عليكم", "سلام عليكم");
    check("- -- ' ’ `", "");
    check("wow--ok", "wow ok");
}

#[test]
fn bytes_of_terms_are_theirs() {
    let text = "à L'Oréal, 25 000 f #ModeAfricaine 👍🏽 Qu’est-ce";
    let analysis = Analysis::of(text);
    let spans: Vec<_> =
        analysis.tokens.iter().map(|token| (analysis.term(token), text.get(token.bytes.clone()).unwrap())).collect();
    for expected in [
        ("oreal", "Oréal"),
        ("loreal", "L'Oréal"),
        ("25000", "25 000"),
        ("#modeafricaine", "#ModeAfricaine"),
        ("africaine", "Africaine"),
        ("👍", "👍"),
        ("estce", "Qu’est-ce"),
    ] {
        assert!(spans.contains(&expected), "{expected:?} in {spans:?}");
    }
}

#[test]
fn the_memo_changes_nothing() {
    let text = "Qu'elle rendez-vous Merciiii robe38 N'Diaye";
    assert_eq!(terms(text), terms(text));
    let long = "é-".repeat(5_000);
    assert_eq!(terms(&long), terms(&long));
}

#[test]
fn marks_alone_are_no_terms() {
    for text in ["@\u{301}_\u{301}", "#\u{301}", "\u{301}", "@_", "#."] {
        let analysis = Analysis::of(text);
        assert!(analysis.tokens.iter().all(|token| !analysis.term(token).is_empty()), "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_ordered_terms_inside_it(text in "\\PC{0,60}|[a-zé'’ \u{301}\u{200d}\u{1f3fd}#@._0-9-]{0,40}") {
        let analysis = Analysis::of(&text);
        let mut place = 0;
        for token in &analysis.tokens {
            proptest::prop_assert!(text.get(token.bytes.clone()).is_some_and(|bytes| !bytes.is_empty()));
            proptest::prop_assert!(token.place >= place && token.place <= place + 1);
            proptest::prop_assert!(!analysis.term(token).is_empty());
            place = token.place;
        }
    }
}
