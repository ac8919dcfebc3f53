//! One view of what a user downloaded: ZIPs, parts of one download, folders, loose files.
//!
//! Owns safe names, limits and reading of entries. Knows no platform, writes nothing, never unpacks to disk.

mod container;
mod folder;
mod gather;
mod mhtml;
mod name;
mod nested;
mod packed;
mod view;
mod zipped;

pub mod limits;

pub use container::{Container, ContainerError, Damage, Entry, EntryError};
pub use name::{SafeName, comparison_key};
pub use packed::is_packed;
pub use view::{Bundle, File, Listing, Part, Places, percent_decoded};
