//! HTML pages of Meta's downloads, platform-neutral: a page becomes a stream of records, each a small tree of its own;
//! dates in the words of any language become wall clocks.
//!
//! Knows classes and tags that the pages of Facebook, Messenger and Instagram share, and nothing of what a record
//! means. Never holds a tree of a whole page.

mod dates;
mod element;
mod halves;
mod moment;
mod months;
mod page;
mod parts;

pub use dates::{Clock, Printed, read_date};
pub use element::{Element, Node};
pub use moment::{Calendar, Moment, Zones};
pub use page::{Ended, Frame, Layout, Piece, is_translated, walk_page};
pub use parts::{
    Cell, Found, Parts, cells_of, files_in, is_about_file, is_address, is_box, is_reactions, path_of_address,
};
