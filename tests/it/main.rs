//! The only test binary: everything that opens files or crosses rooms.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise and say so"
)]

mod alone;
mod architecture;
mod backup;
mod bundle;
mod cli;
mod contributing;
mod drives;
mod drives_read;
mod erase;
mod evidence;
mod facebook;
mod golden;
mod healing;
mod hostile;
mod index;
mod ingest;
mod instagram;
mod journey;
mod keys;
mod longevity;
mod lost;
mod matrix;
mod messenger;
mod notes;
mod old_archives;
mod outputs;
mod pages;
mod parity;
mod people;
mod reliability;
mod reports;
mod salvage;
mod schemas;
mod search;
mod secrecy;
mod store;
mod support;
mod telegram;
mod told;
mod twice;
mod whatsapp;
mod whatsapp_databases;
mod whatsapp_locales;
mod words;
mod x;
