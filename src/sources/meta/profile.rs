//! The owner's name on the HTML page of a Facebook profile, a table of labels in the account's language.

use super::html::{Layout, Parts, Piece, cells_of, walk_page};

/// Labels of the owner's name, lower case.
const NAMES: [&str; 24] = [
    "name",
    "full name",
    "nom",
    "nom complet",
    "nombre",
    "nombre completo",
    "nome",
    "nome completo",
    "vollständiger name",
    "naam",
    "volledige naam",
    "navn",
    "fulde navn",
    "namn",
    "imię i nazwisko",
    "ad",
    "adı",
    "ad soyad",
    "tam ad",
    "nama",
    "nama lengkap",
    "الاسم",
    "الاسم الكامل",
    "имя",
];

/// The names that the page of a profile gives, the present one first.
#[must_use]
pub fn names_on_profile(html: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    // The closure never stops.
    let _ended = walk_page(html, Layout::since_2018(), &mut |_, piece| {
        let Piece::Record(record) = piece else { return Ok(()) };
        let parts = Parts::of(&record);
        for cell in parts.bodies.iter().flat_map(|body| cells_of(body)) {
            let name = cell.value.lines().next().unwrap_or_default().trim();
            if NAMES.contains(&cell.label.to_lowercase().as_str()) && !name.is_empty() {
                names.push(name.to_owned());
            }
        }
        Ok(())
    });
    names
}
