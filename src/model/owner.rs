//! Whose account a download belongs to, where the download itself says so.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The owner of an account. Stored: fields are added, never repurposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOwner {
    /// What records call the account: user name or name.
    pub account: String,
    /// The name the owner's posts and comments bear.
    pub name: String,
    /// User name without `@`.
    pub handle: Option<String>,
    /// Every name under which the owner writes in conversations; former names too.
    pub names: BTreeSet<String>,
}
