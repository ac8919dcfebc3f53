//! malle: an encrypted, searchable, offline archive of what platforms let people download.
//!
//! The rooms, in reading order. Which may use which is written in ARCHITECTURE.md and checked by a test.

pub mod model;

pub mod bundle;
pub mod crypto;
pub mod sources;

pub mod index;
pub mod store;

pub mod notes;

pub mod ingest;

pub mod backup;
pub mod evidence;
pub mod export;

pub mod words;

pub mod cli;
pub mod config;
