//! Evidence that what the archive holds has existed unchanged since a day: a hash over everything, short enough to be signed
//! by hand or mailed to a lawyer, that tells nothing and can be checked later; and proof of one record that shows no other.
//!
//! The tree is that of RFC 6962 (SHA-256, leaves prefixed with 0, nodes with 1). A leaf hides its content behind a salt, so
//! that short messages cannot be guessed. How it is checked without this program: `docs/evidence.md`.

mod error;
mod leaf;
mod log;
mod proof;
mod statement;
mod tree;

pub use error::EvidenceError;
pub use log::{Difference, ErasedSince, EvidenceCheck, check, print};
pub use proof::{Proof, prove};
pub use statement::Statement;
