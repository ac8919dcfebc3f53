//! Names of accounts. The archive names people by number; names stand only where the owner mentioned somebody.

use std::collections::HashMap;

use crate::model::Author;

/// Names by number.
#[derive(Default)]
pub struct People {
    names: HashMap<String, (String, String)>,
    /// The owner's number.
    owner: Option<String>,
}

impl People {
    /// Learns the name and the user name of a number. The newest telling does not matter: names are of today.
    pub fn name(&mut self, number: &str, name: &str, handle: &str) {
        if number != "-1" && !number.is_empty() && !(name.is_empty() && handle.is_empty()) {
            self.names.entry(number.to_owned()).or_insert_with(|| (name.to_owned(), handle.to_owned()));
        }
    }

    /// Learns who the owner is.
    pub fn own(&mut self, number: &str, name: &str, handle: &str) {
        self.name(number, name, handle);
        self.owner = Some(number.to_owned());
    }

    /// The owner's number; empty when the archive does not tell.
    pub fn own_number(&self) -> &str {
        self.owner.as_deref().unwrap_or_default()
    }

    /// Whether a number is the owner's.
    pub fn is_owner(&self, number: &str) -> bool {
        self.owner.as_deref() == Some(number)
    }

    /// The owner.
    pub fn owner(&self) -> Option<Author> {
        self.owner.as_deref().map(|number| self.author(number))
    }

    /// The owner's user name.
    pub fn account(&self) -> Option<&str> {
        self.names
            .get(self.owner.as_deref()?)
            .map(|(name, handle)| if handle.is_empty() { name.as_str() } else { handle })
    }

    /// What to call a number.
    pub fn shown(&self, number: &str) -> String {
        match self.names.get(number) {
            Some((name, handle)) => if name.is_empty() { handle } else { name }.clone(),
            None => number.to_owned(),
        }
    }

    /// An account as author.
    pub fn author(&self, number: &str) -> Author {
        let handle = self.names.get(number).map(|(_, handle)| handle.clone()).filter(|handle| !handle.is_empty());
        Author { name: self.shown(number), is_owner: self.is_owner(number), handle, phone: None }
    }
}
