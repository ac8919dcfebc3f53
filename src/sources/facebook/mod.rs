//! Facebook downloads ("Download Your Information", JSON and HTML, 2010 to 2026), everything outside conversations.

mod activity;
mod albums;
mod alone;
mod attachments;
mod detect;
mod early;
mod labels;
mod named;
mod owner;
mod page_reader;
mod pages;
mod read;
mod reading;
mod sections;

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};
use crate::bundle::{Bundle, File, Listing};

/// The Facebook reader.
pub struct Facebook;

static INFO: SourceInfo = SourceInfo {
    id: "facebook",
    family: "facebook",
    parts: PartsRule::Merge,
    layouts: &[
        "htm-2010",
        "html-2018",
        "html-2021",
        "html-2024",
        "json-2018",
        "json-2021",
        "json-2023-your-activity-across-facebook",
        "json-2023-your-facebook-activity",
        "json-2023-this-profiles-activity-across-facebook",
    ],
};

impl Source for Facebook {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        detect::roots(listing)
    }

    fn place(&self, listing: &Listing<'_>, number: usize, path: &str, head: &[u8]) -> Option<String> {
        alone::place(listing, number, path, head)
    }

    fn role(&self, _bundle: &Bundle, file: &File) -> Option<Role> {
        detect::role(file)
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        read::read(bundle, options, sink)
    }
}
