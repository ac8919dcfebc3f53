//! Measures and sizes as people write them short: `3m` and `3 mètres`, `2kg` and `2 kilos`, `T38` and `taille 38`.

/// Units that are one, folded. They follow their number.
const UNITS: &[&[&str]] = &[
    &["m", "metre", "metres"],
    &["cm", "centimetre", "centimetres"],
    &["mm", "millimetre", "millimetres"],
    &["km", "kilometre", "kilometres"],
    &["kg", "kgs", "kilo", "kilos", "kilogramme", "kilogrammes"],
    &["g", "gr", "grs", "gramme", "grammes"],
    &["l", "litre", "litres"],
    &["cl", "centilitre", "centilitres"],
    &["ml", "millilitre", "millilitres"],
    &["j", "jr", "jrs", "jour", "jours"],
    &["pc", "pcs", "piece", "pieces"],
    &["pers", "personne", "personnes"],
    &["ans", "an"],
];

/// What says that a size follows.
const SIZES: &[&[&str]] = &[&["t", "taille", "tailles"], &["p", "pt", "pointure", "pointures"]];

/// Other ways to write a number with its unit, or a size: rows of folded words.
pub(super) fn written_otherwise(one: &str, other: &str) -> Vec<Vec<String>> {
    let is_number = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    let same = |groups: &'static [&'static [&'static str]], word: &str| {
        let group = groups.iter().find(|group| group.contains(&word)).copied().unwrap_or_default();
        group.iter().filter(|unit| **unit != word).map(|unit| (*unit).to_owned()).collect::<Vec<_>>()
    };
    if is_number(one) && !is_number(other) {
        return same(UNITS, other).into_iter().map(|unit| vec![one.to_owned(), unit]).collect();
    }
    let is_size = is_number(other) && other.len() <= 2;
    if is_size && !is_number(one) {
        return same(SIZES, one).into_iter().map(|size| vec![size, other.to_owned()]).collect();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_have_several_names() {
        let has = |one: &str, other: &str, row: [&str; 2]| {
            written_otherwise(one, other).iter().any(|found| found.iter().eq(row.iter()))
        };
        assert!(has("3", "metres", ["3", "m"]) && has("1.5", "m", ["1.5", "metres"]) && has("2", "kilos", ["2", "kg"]));
        assert!(
            has("taille", "38", ["t", "38"]) && has("t", "38", ["taille", "38"]) && has("pointure", "42", ["p", "42"])
        );
        assert!(written_otherwise("taille", "1500").is_empty() && written_otherwise("robe", "38").is_empty());
        assert!(written_otherwise("3", "robes").is_empty() && written_otherwise("3", "38").is_empty());
    }
}
