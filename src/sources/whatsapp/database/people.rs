//! Who stands behind an address of WhatsApp (`221770000001@s.whatsapp.net`, `…@lid`, `…@g.us`): names of the address
//! book, else names people gave themselves, else numbers.

use std::collections::HashMap;

use crate::model::Author;

/// Whom the app's own announcements come from; they carry no time.
pub const THE_APP: &str = "0@s.whatsapp.net";

/// Numbers written without their country meet an address by this many last digits, when only one name fits.
const TAIL_DIGITS: usize = 8;

/// Where a name comes from; earlier is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The phone's address book.
    AddressBook,
    /// The list of chats or members.
    Chat,
    /// What the person calls themselves.
    Push,
}

/// Names by address.
#[derive(Clone, Default)]
pub struct People {
    names: HashMap<String, (Origin, String)>,
    /// Names by the last digits of numbers of the address book: number and name.
    tails: HashMap<String, Vec<(String, String)>>,
    /// Phone addresses of people whose messages carry a hidden address.
    phones: HashMap<String, String>,
}

impl People {
    /// Learns a name of an address.
    pub fn name(&mut self, address: &str, origin: Origin, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            return;
        }
        let known = self.names.entry(plain_address(address)).or_insert_with(|| (origin, name.to_owned()));
        if origin < known.0 {
            *known = (origin, name.to_owned());
        }
    }

    /// Learns a name of a number as an address book has it.
    pub fn number(&mut self, number: &str, name: &str) {
        let international = number.trim_start().starts_with('+') || number.trim_start().starts_with("00");
        let digits: String = number.chars().filter_map(|c| c.to_digit(10)).filter_map(digit).collect();
        let significant = digits.trim_start_matches('0');
        let name = name.trim();
        if name.is_empty() || significant.len() < TAIL_DIGITS - 2 {
            return;
        }
        if international {
            self.name(&format!("{significant}@s.whatsapp.net"), Origin::AddressBook, name);
        } else if let Some(tail) = tail(significant) {
            self.tails.entry(tail.to_owned()).or_default().push((significant.to_owned(), name.to_owned()));
        }
    }

    /// Learns which phone address a hidden one stands for.
    pub fn hidden(&mut self, hidden: &str, phone: &str) {
        self.phones.insert(plain_address(hidden), plain_address(phone));
    }

    /// The address as it is compared: without device, hidden ones replaced by the phone's when that is known.
    pub fn address(&self, raw: &str) -> String {
        let plain = plain_address(raw);
        self.phones.get(&plain).cloned().unwrap_or(plain)
    }

    /// The best name of an address, if any is known.
    pub fn known(&self, address: &str) -> Option<&str> {
        let address = self.address(address);
        let named = self.names.get(&address);
        if let Some((Origin::AddressBook, name)) = named {
            return Some(name);
        }
        self.by_tail(&address).or_else(|| named.map(|(_, name)| name.as_str()))
    }

    /// The only name of the address book whose number ends this address.
    fn by_tail(&self, address: &str) -> Option<&str> {
        let digits = address.strip_suffix("@s.whatsapp.net")?;
        let mut fitting = self.tails.get(tail(digits)?)?.iter().filter(|(number, _)| digits.ends_with(number.as_str()));
        let (_, name) = fitting.next()?;
        fitting.all(|(_, other)| other == name).then_some(name.as_str())
    }

    /// What to call an address: its name, else its number.
    pub fn shown(&self, address: &str) -> String {
        match self.known(address) {
            Some(name) => name.to_owned(),
            None if address == THE_APP => "WhatsApp".to_owned(),
            None => phone(&self.address(address)).unwrap_or_else(|| user(&self.address(address)).to_owned()),
        }
    }

    /// The author of messages from an address.
    pub fn author(&self, address: &str) -> Author {
        Author { name: self.shown(address), is_owner: false, handle: None, phone: phone(&self.address(address)) }
    }
}

fn digit(number: u32) -> Option<char> {
    char::from_digit(number, 10)
}

fn tail(digits: &str) -> Option<&str> {
    digits.get(digits.len().checked_sub(TAIL_DIGITS)?..)
}

/// The part before the `@`.
pub fn user(address: &str) -> &str {
    address.split_once('@').map_or(address, |(user, _)| user)
}

/// The part behind the `@`.
pub fn server(address: &str) -> &str {
    address.split_once('@').map_or("", |(_, server)| server)
}

/// The number of an address of a phone.
pub fn phone(address: &str) -> Option<String> {
    let digits = address.strip_suffix("@s.whatsapp.net")?;
    let sound = digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    sound.then(|| format!("+{digits}"))
}

/// Without the number of the device (`…:12@`, `….0:12@`); the old server name of phones is the present one.
fn plain_address(raw: &str) -> String {
    let Some((user, server)) = raw.trim().split_once('@') else { return raw.trim().to_owned() };
    let server = if server == "c.us" { "s.whatsapp.net" } else { server };
    let user = match server {
        "s.whatsapp.net" | "lid" => user.split([':', '.']).next().unwrap_or(user),
        _ => user,
    };
    format!("{user}@{server}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_names_win_and_numbers_stand_in() {
        let mut people = People::default();
        people.name("221770000001@s.whatsapp.net", Origin::Push, "fatou💐");
        assert_eq!(people.shown("221770000001:3@s.whatsapp.net"), "fatou💐");
        people.number("77 000 00 01", "Fatou Ndiaye");
        assert_eq!(people.shown("221770000001@s.whatsapp.net"), "Fatou Ndiaye");
        people.name("221770000001@s.whatsapp.net", Origin::AddressBook, "Fatou N.");
        assert_eq!(people.shown("221770000001@c.us"), "Fatou N.");
        assert_eq!(people.shown("221770000002@s.whatsapp.net"), "+221770000002");
        assert_eq!(people.shown(THE_APP), "WhatsApp");
        assert_eq!(people.shown("120363000000000001@g.us"), "120363000000000001");
    }

    #[test]
    fn a_number_that_fits_two_people_names_nobody() {
        let mut people = People::default();
        people.number("7 70 00 00 01", "Ana");
        people.number("070000001", "Bob");
        people.number("0000001", "Eve");
        assert_eq!(people.known("33770000001@s.whatsapp.net"), None);
        people.number("+33 7 70 00 00 01", "Zoé");
        assert_eq!(people.known("33770000001@s.whatsapp.net"), Some("Zoé"));
    }

    #[test]
    fn hidden_addresses_meet_their_phones() {
        let mut people = People::default();
        people.hidden("98765@lid", "221770000001@s.whatsapp.net");
        assert_eq!(people.author("98765:2@lid").phone.as_deref(), Some("+221770000001"));
        assert_eq!(people.author("11111@lid").phone, None);
    }
}
