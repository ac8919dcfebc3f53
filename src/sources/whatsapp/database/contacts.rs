//! Contacts: `wa.db` of Android, `ContactsV2.sqlite` of iOS, and the phone's own cards.

use serde_json::Value;

use super::people::{Origin, People, phone};
use super::sql::{Broken, Database, Line};
use super::vcard::Card;
use crate::model::{Author, Draft, Fingerprint, Kind, Platform, Time, Twins};

/// A table of contacts: its columns for the address and for names of the address book, then the one for the name
/// people give themselves.
struct Layout {
    table: &'static str,
    key: &'static str,
    address: &'static str,
    names: &'static [&'static str],
    push: &'static str,
}

const LAYOUTS: &[Layout] = &[
    Layout {
        table: "wa_contacts",
        key: "_id",
        address: "jid",
        names: &["display_name", "given_name"],
        push: "wa_name",
    },
    Layout {
        table: "ZWAADDRESSBOOKCONTACT",
        key: "Z_PK",
        address: "ZWHATSAPPID",
        names: &["ZFULLNAME", "ZGIVENNAME"],
        push: "ZBUSINESSNAME",
    },
];

/// The contacts of a database; `None` when it has no such table.
pub struct Contacts {
    layout: &'static Layout,
    lines: Vec<Line>,
}

impl Contacts {
    /// Reads them.
    pub fn read(database: &Database, broken: &mut Vec<(String, Broken)>) -> Option<Self> {
        let layout = LAYOUTS.iter().find(|layout| database.table(layout.table).is_some())?;
        let (lines, end) = database.all(database.table(layout.table)?);
        broken.extend(end.map(|end| (layout.table.to_owned(), end)));
        Some(Self { layout, lines })
    }

    /// Tells their names.
    pub fn teach(&self, people: &mut People) {
        for line in &self.lines {
            let Some(address) = self.address(line) else { continue };
            for (origin, name) in self.names(line) {
                people.name(&address, origin, name);
            }
        }
    }

    fn address(&self, line: &Line) -> Option<String> {
        let address = line.text(self.layout.address)?;
        Some(if address.contains('@') { address.to_owned() } else { format!("{address}@s.whatsapp.net") })
    }

    fn names<'a>(&self, line: &'a Line) -> impl Iterator<Item = (Origin, &'a str)> {
        let own =
            self.layout.names.iter().filter_map(|column| line.text(column)).map(|name| (Origin::AddressBook, name));
        own.chain(line.text(self.layout.push).map(|name| (Origin::Push, name)))
    }

    /// A record of each; `None` for one that says nothing.
    pub fn drafts(&self, people: &People, file: usize) -> Vec<Option<Draft>> {
        let mut twins = Twins::new();
        let mut position = 0_u64;
        let mut next = |line: &Line| {
            let at = position;
            position += 1;
            let address = self.address(line);
            let name = self.names(line).next().map(|(_, name)| name.to_owned());
            if name.is_none() && address.is_none() {
                return None;
            }
            let address = people.address(&address.unwrap_or_default());
            let print = Fingerprint::new(Platform::Whatsapp, Kind::Contact).text(&address);
            let print = if address.is_empty() { print.text(name.as_deref().unwrap_or_default()) } else { print };
            let mut draft =
                Draft::new(print.finish(&mut twins), Kind::Contact, Platform::Whatsapp, Time::none(), file, at);
            let shown = name.unwrap_or_else(|| people.shown(&address));
            draft.author = Some(Author { name: shown.clone(), is_owner: false, handle: None, phone: phone(&address) });
            draft.text = shown;
            draft.extra =
                line.facts(|column| [self.layout.key, self.layout.address].contains(&column) || is_technical(column));
            if !address.is_empty() {
                draft.extra.insert("address".to_owned(), Value::from(address));
            }
            Some(draft)
        };
        self.lines.iter().map(&mut next).collect()
    }
}

/// Counters and time stamps of synchronisation.
fn is_technical(column: &str) -> bool {
    let column = column.to_ascii_lowercase();
    let ends = ["_ts", "_timestamp", "_version", "_id", "_count", "hash"];
    ends.iter().any(|end| column.ends_with(end)) || matches!(column.as_str(), "z_ent" | "z_opt" | "sort_name")
}

/// Records of an address book's cards; `None` for an empty card.
pub fn cards(cards: &[Card], file: usize) -> Vec<Option<Draft>> {
    let mut twins = Twins::new();
    let mut position = 0_u64;
    let mut next = |card: &Card| {
        let at = position;
        position += 1;
        if card.is_empty() {
            return None;
        }
        let mut print = Fingerprint::new(Platform::Whatsapp, Kind::Contact).text("card").text(&card.name);
        for phone in &card.phones {
            print = print.text(&phone.number);
        }
        let id = print.finish(&mut twins);
        let mut draft = Draft::new(id, Kind::Contact, Platform::Whatsapp, Time::none(), file, at);
        let number = card.phones.first().map(|phone| phone.number.clone());
        draft.author = Some(Author { name: card.name.clone(), is_owner: false, handle: None, phone: number });
        draft.text.clone_from(&card.name);
        if let Value::Object(facts) = card.facts() {
            draft.extra = facts;
            draft.extra.shift_remove("name");
        }
        Some(draft)
    };
    cards.iter().map(&mut next).collect()
}

/// Tells the names of an address book.
pub fn teach(cards: &[Card], people: &mut People) {
    for card in cards {
        for phone in &card.phones {
            match &phone.account {
                Some(account) => people.name(&format!("{account}@s.whatsapp.net"), Origin::AddressBook, &card.name),
                None => people.number(&phone.number, &card.name),
            }
        }
    }
}
