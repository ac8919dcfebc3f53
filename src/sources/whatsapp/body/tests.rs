//! Bodies of both apps, one by one.

use super::*;

fn read(app: App, body: &str, marked: bool) -> Body {
    let find = |name: &str| (name == "IMG-1.jpg" || name == "00000012-Facture.pdf").then_some(7);
    Setting {
        app,
        find: &find,
        marks_lost: false,
        unknown: Unknown { known_language: false, writes: true, ..Unknown::default() },
        nobody: false,
    }
    .read(body, marked)
}

fn android(body: &str) -> Body {
    read(App::Android, body, false)
}

fn ios(body: &str) -> Body {
    read(App::Ios, body, true)
}

/// Name, number, whether left out, caption.
fn check_file(body: &Body, name: &str, file: Option<usize>, omitted: bool, caption: &str) {
    let attached = body.attached.as_ref().unwrap_or_else(|| panic!("no file: {body:?}"));
    let found = (attached.name.as_str(), attached.file, attached.omitted, body.text.as_str());
    assert_eq!(found, (name, file, omitted, caption));
}

#[test]
fn files_of_android() {
    check_file(&android("IMG-1.jpg (whatever language)\ncaption\nmore"), "IMG-1.jpg", Some(7), false, "caption\nmore");
    check_file(&android("\u{200e}IMG-20220319-WA0001.jpg (fichier joint)"), "IMG-20220319-WA0001.jpg", None, false, "");
    check_file(&android("Facture 7 (2).pdf (file attached)"), "Facture 7 (2).pdf", None, false, "");
    check_file(&android("Zoé.vcf (fichier joint)"), "Zoé.vcf", None, false, "");
    check_file(&android("\u{200e}IMG-1.jpg இணைக்கப்பட்டது"), "IMG-1.jpg", Some(7), false, "");
    check_file(&android("<Médias omis>\nlégende"), "", None, true, "légende");
    check_file(&android("<Messaggio vocale visualizzabile una volta omesso>"), "", None, true, "");
    assert_eq!(android("<une balise html>").what, What::Text);
    assert_eq!(android("J'arrive (en retard)").what, What::Text);
    assert_eq!(android("<3 (file attached)").what, What::Text);
}

#[test]
fn files_of_ios() {
    check_file(&ios("\u{200e}<attached: 00000012-Facture.pdf>"), "00000012-Facture.pdf", Some(7), false, "");
    check_file(&ios("\u{200e}< pièce jointe : 00000012-PHOTO-2022.jpg >"), "00000012-PHOTO-2022.jpg", None, false, "");
    check_file(
        &ios("Regarde : \u{200e}<attached: 00000012-Facture.pdf>"),
        "00000012-Facture.pdf",
        Some(7),
        false,
        "Regarde :",
    );
    check_file(&ios("\u{200e}<附件：00000012-Facture.pdf>"), "00000012-Facture.pdf", Some(7), false, "");
    check_file(&ios("\u{200e}<00000012-Facture.pdf eklendi>"), "00000012-Facture.pdf", Some(7), false, "");
    let old = ios("2017-07-13-PHOTO-00000012.jpg \u{200e}<attached>");
    check_file(&old, "2017-07-13-PHOTO-00000012.jpg", None, false, "");
    check_file(&ios("légende \u{200e}image absente"), "", None, true, "légende");
    check_file(&ios("Facture 7.pdf • \u{200e}2 pages \u{200e}document manquant"), "Facture 7.pdf", None, true, "");
    check_file(&ios("CV.docx • \u{200e}document manquant"), "CV.docx", None, true, "");
    check_file(&ios("\u{200e}something new omitted"), "", None, true, "");
    let pages = ios("Facture.pdf • \u{200e}2 pages \u{200e}<attached: 00000012-Facture.pdf>");
    assert_eq!(pages.attached.unwrap().document.as_deref(), Some("Facture.pdf"));
}

#[test]
fn edited_messages_keep_what_was_written() {
    for (body, text) in [
        (android("corrigé <Ce message a été modifié>"), "corrigé"),
        (ios("corrected \u{200e}<This message was edited>"), "corrected"),
        (ios("javítva \u{200e}<Szerkesztett üzenet>"), "javítva"),
    ] {
        assert_eq!((body.what, body.text.as_str(), body.edited), (What::Text, text, true));
    }
    let file = ios("\u{200e}<attached: 00000012-Facture.pdf> \u{200e}<This message was edited>");
    assert!(file.edited);
    check_file(&file, "00000012-Facture.pdf", Some(7), false, "");
    assert_eq!(android("I <3 you, x > y").text, "I <3 you, x > y");
}

#[test]
fn what_is_gone_leaves_no_text() {
    for (body, what) in [
        (android("Ce message a été supprimé"), What::Deleted { own: false }),
        (android("Vous avez supprimé ce message"), What::Deleted { own: true }),
        (ios("\u{200e}You deleted this message."), What::Deleted { own: true }),
        (ios("\u{200e}This message was deleted by admin Awa."), What::Deleted { own: false }),
        (android("null"), What::Unavailable),
        (android(""), What::Unavailable),
        (android("En attente de ce message. Ceci pourrait prendre un moment."), What::Unavailable),
        (android("Appel vocal manqué"), What::Call { video: false, missed: true }),
        (
            read(App::Ios, "\u{200e}Missed voice call. \u{200e}Tap to call back", false),
            What::Call { video: false, missed: true },
        ),
        (read(App::Ios, "\u{200e}Voice call, \u{200e}No answer", false), What::Call { video: false, missed: true }),
        (read(App::Ios, "\u{200e}Video call, \u{200e}5 min", false), What::Call { video: true, missed: false }),
    ] {
        assert_eq!((body.what, body.text.as_str()), (what, ""));
    }
    assert_eq!(read(App::Ios, "null", false).text, "null");
    assert_eq!(read(App::Ios, "Missed voice call", false).what, What::Text);
}

#[test]
fn places_polls_and_notices() {
    let place = android("localisation : https://maps.google.com/?q=48.8584,2.2945");
    assert_eq!((place.what, place.text.as_str()), (What::Place, ""));
    assert_eq!(place.place.unwrap().latitude, Some(48.8584));
    let named = android("Tour Eiffel\nChamp de Mars, Paris\nhttps://foursquare.com/v/4a");
    assert_eq!(named.place.unwrap().name.as_deref(), Some("Tour Eiffel"));
    let named = read(App::Ios, "\u{200e}Tour Eiffel (Champ de Mars): https://foursquare.com/v/4a", false);
    let found = named.place.unwrap();
    assert_eq!((found.name.as_deref(), found.address.as_deref()), (Some("Tour Eiffel"), Some("Champ de Mars")));
    let typed = android("look: https://maps.google.com/?q=48.8,2.2 now");
    assert_eq!((typed.what, typed.text.as_str()), (What::Text, "look: https://maps.google.com/?q=48.8,2.2 now"));
    let poll = read(
        App::Ios,
        "\u{200e}SONDAGE :\nOn mange ?\n\u{200e}OPTION : Riz (2 votes)\n\u{200e}OPTION : Thieb: poisson (1 vote)\n",
        false,
    );
    assert_eq!((poll.what, poll.text.as_str()), (What::Poll, "On mange ?\nRiz\nThieb: poisson"));
    let notice = read(App::Ios, "\u{200e}Awa added Bob", false);
    assert_eq!((notice.what, notice.text.as_str()), (What::Notice { encryption: false }, "Awa added Bob"));
    let marked = ios("\u{200e}Awa created group “Thiès”");
    assert_eq!((marked.what, marked.text.as_str()), (What::Notice { encryption: false }, "Awa created group “Thiès”"));
    let people =
        "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.";
    for body in [format!("\u{200e}{people} Learn more."), format!("\u{200e}{people}"), people.to_owned()] {
        assert_eq!(ios(&body).what, What::Notice { encryption: true });
    }
    let poll = android("SONDAGE:\nQuand ?\nOPTION: Lundi (1 vote)");
    assert_eq!((poll.what, poll.text.as_str()), (What::Poll, "Quand ?\nLundi"));
    let poll = android("ΔΗΜΟΣΚΟΠΗΣΗ:\nΠότε;\nΕΠΙΛΟΓΗ: Δευτέρα (٢ ψήφοι)\nΕΠΙΛΟΓΗ: Τρίτη (1 ψήφος)");
    assert_eq!((poll.what, poll.text.as_str()), (What::Poll, "Πότε;\nΔευτέρα\nΤρίτη"));
    assert_eq!(poll.poll.unwrap().options[0].1, 2);
    assert_eq!(android("NOTE:\nhello\nA: b (1)\nB: c (2)").what, What::Text);
}
