//! The account's time zone, which a Facebook download names once, as JSON or as a page.

use chrono_tz::Tz;

use crate::bundle::Bundle;

/// Largest file that is looked into; real ones hold one line.
const SIZE_MAX: u64 = 4 << 20;

/// The zone named in `location/timezone`. Labels are in the account's language: the one word that names a zone of the
/// IANA list is the answer. `None` when there is none, or several differ.
#[must_use]
pub fn account_zone(bundle: &Bundle) -> Option<Tz> {
    let mut zones: Vec<Tz> = Vec::new();
    for (number, file) in bundle.files() {
        let named = ["location/timezone.json", "location/timezone.html"]
            .iter()
            .any(|tail| file.key.strip_suffix(tail).is_some_and(|above| above.is_empty() || above.ends_with('/')));
        if named
            && file.size <= SIZE_MAX
            && let Ok(bytes) = bundle.read(number)
        {
            zones.extend(zone_in(&String::from_utf8_lossy(&bytes)));
        }
    }
    zones.dedup();
    match zones.as_slice() {
        [zone] => Some(*zone),
        _ => None,
    }
}

/// The first word of a text that is the name of a zone with a place in it.
fn zone_in(text: &str) -> Option<Tz> {
    // JSON may escape the slash.
    let text = text.replace("\\/", "/");
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+')));
    words.find_map(|word| word.contains('/').then(|| word.parse::<Tz>().ok())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_found_in_both_formats() {
        let json = r#"{"label_values":[{"label":"Fuseau horaire","value":"Africa\/Dakar"}]}"#;
        assert_eq!(zone_in(json), Some(chrono_tz::Africa::Dakar));
        let page = "<base href=\"../../\"/><td>Time zone</td><td>America/Argentina/Buenos_Aires</td>";
        assert_eq!(zone_in(page), Some(chrono_tz::America::Argentina::Buenos_Aires));
        assert_eq!(zone_in("<meta content=\"text/html\">"), None);
    }
}
