//! Names of files written for people: legal on every file system, short, never leaving their folder.

/// Longest name in bytes; 255 is the limit nearly everywhere, and numbers and user folders need room.
const BYTES_MAX: usize = 120;

/// Names Windows keeps for devices, whatever their ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// `name` without what file systems refuse, its ending kept.
pub(super) fn safe(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            letter if letter.is_control() => '_',
            // Marks that reorder what follows would hide the true ending.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '_',
            letter => letter,
        })
        .collect();
    let plain = plain.trim_matches(|letter: char| letter == ' ' || letter == '.');
    let (stem, ending) = split(plain);
    let room = BYTES_MAX.saturating_sub(ending.len());
    let mut short = String::new();
    for letter in stem.chars() {
        if short.len() + letter.len_utf8() > room {
            break;
        }
        short.push(letter);
    }
    let short = short.trim_end_matches([' ', '.']);
    let reserved = RESERVED.contains(&short.to_ascii_lowercase().as_str());
    let mark = if reserved || short.is_empty() { "_" } else { "" };
    format!("{short}{mark}{ending}")
}

/// The name itself for 0, else the name with a number before its ending.
pub(super) fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    let (stem, ending) = split(name);
    format!("{stem}-{}{ending}", u64::from(number) + 1)
}

/// The name and its ending with the dot, when it looks like one.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 9 => name.split_at(at),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_everywhere() {
        let check = |name: &str, expected: &str| assert_eq!(safe(name), expected);
        check("../../etc/passwd", "_.._etc_passwd");
        check("a:b?c.jpg", "a_b_c.jpg");
        check("CON", "CON_");
        check("aux.txt", "aux_.txt");
        check("", "_");
        check(" . ", "_");
        check("facture\u{202e}fdp.exe", "facture_fdp.exe");
        check("Été à Dakar.jpeg", "Été à Dakar.jpeg");
        let long = safe(&format!("{}.jpg", "é".repeat(300)));
        assert!(long.len() <= BYTES_MAX && long.ends_with("é.jpg"), "{long}");
        assert_eq!(numbered("a.jpg", 1), "a-2.jpg");
    }
}
