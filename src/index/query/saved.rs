//! Saved searches within a query: `@impayes` stands for what was saved under that name.

use super::lexer::{Lexeme, has_lower_case_words, lex};

/// Deepest saved search within saved searches.
const DEPTH_MAX: usize = 8;

/// The query with each `@NAME` that `saved` knows spelled out, in parentheses where something stands beside it; nothing when
/// there is none. A value of a filter (`from:@awa`) is none, nor are words of a phrase.
#[must_use]
pub fn spelled_out(text: &str, saved: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    spelled(text, saved, &mut Vec::new())
}

fn spelled(text: &str, saved: &dyn Fn(&str) -> Option<String>, within: &mut Vec<String>) -> Option<String> {
    let lexemes = lex(text);
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut is_value, mut values) = (0, false, 0_u32);
    for placed in &lexemes {
        let was_value = std::mem::take(&mut is_value);
        match &placed.lexeme {
            Lexeme::Filter(_) => is_value = true,
            Lexeme::Open if was_value || values > 0 => values += 1,
            Lexeme::Close => values = values.saturating_sub(1),
            Lexeme::Word(bytes) if !was_value && values == 0 => {
                let word = text.get(bytes.clone()).unwrap_or_default();
                let Some(name) = word.strip_prefix('@').map(|name| name.trim_end_matches([',', ';', '.', '!', '?']))
                else {
                    continue;
                };
                let is_within = within.len() >= DEPTH_MAX || within.iter().any(|known| known == name);
                let Some(meant) = saved(name).filter(|_| !is_within) else { continue };
                within.push(name.to_owned());
                let meant = spelled(&meant, saved, within).unwrap_or(meant);
                within.pop();
                if lexemes.len() == 1 {
                    return Some(meant);
                }
                out.push_str(&settled(text.get(copied..bytes.start).unwrap_or_default(), text));
                out.push_str(&closed(&settled(&meant, &meant)));
                copied = bytes.end;
            }
            _ => {}
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&settled(text.get(copied..).unwrap_or_default(), text));
    Some(out)
}

/// A piece of a query all in capitals, whose `OU` is a word and stays one beside words in small letters.
fn settled(piece: &str, whole: &str) -> String {
    if has_lower_case_words(whole) { piece.to_owned() } else { piece.to_lowercase() }
}

/// In parentheses, with whatever was left open or closed too often made even.
fn closed(text: &str) -> String {
    let (mut open, mut missing, mut quote) = (0_usize, 0_usize, "");
    for placed in lex(text) {
        match placed.lexeme {
            Lexeme::Open => open += 1,
            Lexeme::Close if open == 0 => missing += 1,
            Lexeme::Close => open -= 1,
            Lexeme::Phrase { closed: false, .. } => {
                let is_french = text.get(placed.start..).is_some_and(|rest| rest.starts_with(['«', '»']));
                quote = if is_french { "»" } else { "\"" };
            }
            _ => {}
        }
    }
    format!("({}{text}{quote}{})", "(".repeat(missing), ")".repeat(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled_out_here(text: &str) -> String {
        let saved = |name: &str| {
            Some(match name.to_lowercase().as_str() {
                "duo" => "jupe OU manteau".to_owned(),
                "trio" => "@duo OU cape".to_owned(),
                "cris" => "ROBE OU SAC".to_owned(),
                "ouvert" => "(robe \"bleu nuit".to_owned(),
                "soi" => "@soi robe".to_owned(),
                _ => return None,
            })
        };
        spelled_out(text, &saved).unwrap_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn saved_searches_are_spelled_out_wherever_they_stand() {
        for (typed, expected) in [
            ("@duo", "jupe OU manteau"),
            ("de:moi @duo", "de:moi (jupe OU manteau)"),
            ("velours @duo", "velours (jupe OU manteau)"),
            ("@duo velours", "(jupe OU manteau) velours"),
            ("(@duo OU cape) velours", "((jupe OU manteau) OU cape) velours"),
            ("robe -@duo", "robe -(jupe OU manteau)"),
            ("robe SAUF @duo, neuve", "robe SAUF (jupe OU manteau) neuve"),
            ("@trio soie", "((jupe OU manteau) OU cape) soie"),
            ("soie @cris", "soie (robe ou sac)"),
            ("SOIE OU LIN @DUO", "soie ou lin (jupe OU manteau)"),
            ("@ouvert soie", "((robe \"bleu nuit\")) soie"),
            ("@soi soie", "(@soi robe) soie"),
            ("robe", "nothing"),
            ("@personne robe", "nothing"),
            ("de:@duo robe", "nothing"),
            ("de:(@duo OU awa) robe", "nothing"),
            ("\"chez @duo\"", "nothing"),
            ("awa@duo", "nothing"),
        ] {
            assert_eq!(spelled_out_here(typed), expected, "{typed}");
        }
    }
}
