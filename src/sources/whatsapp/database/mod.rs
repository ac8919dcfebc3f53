//! Databases of WhatsApp: `msgstore.db` of Android (both forms), `ChatStorage.sqlite` of iOS, contacts, encrypted
//! backups, and the phone's address book beside them.

mod android;
mod apple;
mod business;
mod contacts;
mod crypt;
pub mod detect;
mod image;
mod kinds;
mod legacy;
mod message;
mod people;
mod proto;
mod read;
mod receipts;
mod sql;
mod vcard;
mod wal;
mod walk;

pub use read::{key_fits, read};
