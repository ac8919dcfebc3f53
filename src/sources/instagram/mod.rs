//! Instagram, and Threads, which comes inside its downloads.

mod alone;
mod collections;
mod early;
mod facts;
mod labels;
mod media_item;
mod owner;
mod page_reader;
mod pages;
mod posts;
mod read;
mod records;
mod sections;
mod shapes;
mod source;

pub use source::Instagram;
