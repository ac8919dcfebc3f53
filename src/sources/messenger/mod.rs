//! Messenger: the conversations inside Facebook downloads, and the separate end-to-end encrypted download.

mod encrypted;
mod owner;
mod place;
mod source;

pub use source::Messenger;
