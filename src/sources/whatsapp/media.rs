//! Names of attached files: what they tell of kind and day.

use chrono::{NaiveDate, NaiveDateTime};

use crate::model::AttachmentKind;

/// What a file is, by the name WhatsApp gave it; `Other` where only the bytes can tell.
pub fn kind_of_name(name: &str) -> AttachmentKind {
    let own = without_counter(name);
    let is = |word: &str| own.starts_with(word) || name.contains(&format!("-{word}"));
    if name.to_ascii_lowercase().ends_with(".vcf") {
        AttachmentKind::Contact
    } else if own.starts_with("STK-") || is("STICKER-") {
        AttachmentKind::Sticker
    } else if is("GIF-") {
        AttachmentKind::Gif
    } else if own.starts_with("PTT-") || own.starts_with("AUD-") || is("AUDIO-") {
        AttachmentKind::Audio
    } else if own.starts_with("VID-") || is("VIDEO-") {
        AttachmentKind::Video
    } else if own.starts_with("IMG-") || is("PHOTO-") {
        AttachmentKind::Photo
    } else if own.starts_with("DOC-") {
        AttachmentKind::Document
    } else {
        AttachmentKind::Other
    }
}

/// The name without the eight digits that number the records of one iOS export: the next export counts anew.
pub fn without_counter(name: &str) -> &str {
    match name.split_once('-') {
        Some((counter, own)) if counter.len() == 8 && counter.bytes().all(|byte| byte.is_ascii_digit()) => own,
        _ => name,
    }
}

/// Whether WhatsApp gives files such names: `IMG-20220319-WA0001.jpg`, `00000012-PHOTO-2022-03-19-00-07-30.jpg`,
/// `2015-08-04-PHOTO-00004762.jpg`.
pub fn is_given_name(name: &str) -> bool {
    without_counter(name).len() < name.len() || named_day(name).is_some()
}

/// Whether `name` ends as names of files do.
pub fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The day in a file name within `text`. Android counts files by the day they were made or received; iOS names them
/// by the time of the message.
pub fn named_day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if let Some(at) = memchr::memmem::find(bytes, b"-WA") {
        let digits = text.get(at.checked_sub(8)?..at)?;
        return NaiveDate::parse_from_str(digits, "%Y%m%d").ok();
    }
    let (to, from) = WORDS_OF_IOS.iter().find_map(|word| text.find(word).map(|at| (at, at + word.len())))?;
    let after = text.get(from..from + 10).and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
    after.or_else(|| NaiveDate::parse_from_str(text.get(to.checked_sub(11)?..to.checked_sub(1)?)?, "%Y-%m-%d").ok())
}

/// The day and clock in the name of a file within `text`, which iOS gives it: `VIDEO-2021-05-12-21-09-05.mp4`.
pub fn named_clock(text: &str) -> Option<NaiveDateTime> {
    const LENGTH: usize = "2021-05-12-21-09-05".len();
    let (at, word) = WORDS_OF_IOS.iter().find_map(|word| Some((text.find(word)?, word)))?;
    let from = at + word.len();
    NaiveDateTime::parse_from_str(text.get(from..from + LENGTH)?, "%Y-%m-%d-%H-%M-%S").ok()
}

/// Words in the names that iOS gives to files.
const WORDS_OF_IOS: [&str; 5] = ["PHOTO-", "VIDEO-", "AUDIO-", "STICKER-", "GIF-"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_kind_and_day() {
        let day = NaiveDate::from_ymd_opt(2022, 3, 19);
        for (name, kind, named) in [
            ("IMG-20220319-WA0001.jpg", AttachmentKind::Photo, day),
            ("PTT-20220319-WA0001.opus", AttachmentKind::Audio, day),
            ("STK-20220319-WA0001.webp", AttachmentKind::Sticker, day),
            ("00000012-PHOTO-2022-03-19-00-07-30.jpg", AttachmentKind::Photo, day),
            ("00000012-AUDIO-2022-03-19-00-07-30.opus", AttachmentKind::Audio, day),
            ("2022-03-19-PHOTO-00004762.jpg", AttachmentKind::Photo, day),
            ("00000042-Zoé.vcf", AttachmentKind::Contact, None),
            ("00000046-Facture 7.pdf", AttachmentKind::Other, None),
        ] {
            assert_eq!((kind_of_name(name), named_day(name)), (kind, named), "{name}");
        }
        assert_eq!(without_counter("00000046-Facture 7.pdf"), "Facture 7.pdf");
        assert!(is_given_name("00000046-Facture 7.pdf") && !is_given_name("Facture 7.pdf"));
        assert!(has_extension("Facture 7.pdf") && !has_extension("2.5 kilos") && !has_extension("hi"));
    }
}
