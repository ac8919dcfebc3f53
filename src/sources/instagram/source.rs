//! The Instagram reader: recognises, gives roles, reads.

use super::alone;
use super::early::{read_early, read_early_messages};
use super::owner::find_account;
use super::read::read_sections;
use super::sections;
use crate::bundle::{Bundle, File, Listing};
use crate::model::Platform;
use crate::sources::meta::html::Zones;
use crate::sources::meta::layout::instagram_roots;
use crate::sources::meta::thread::{Joins, ThreadPlace, ThreadRules, read_threads, thread_units};
use crate::sources::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};

/// The Instagram reader.
pub struct Instagram;

static INFO: SourceInfo = SourceInfo {
    id: "instagram",
    family: "instagram",
    parts: PartsRule::Merge,
    layouts: &["html-2021", "html-2023", "html-2026", "json-2018", "json-2021", "json-2023", "json-2026"],
};

impl Source for Instagram {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        instagram_roots(listing)
    }

    fn place(&self, _listing: &Listing<'_>, number: usize, path: &str, head: &[u8]) -> Option<String> {
        alone::place(number, path, head)
    }

    fn role(&self, _bundle: &Bundle, file: &File) -> Option<Role> {
        sections::role(file)
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        let units = thread_units(bundle, |file| ThreadPlace::of_any(&file.place));
        let account = find_account(bundle, &units, options);
        if let Some(owner) = account.told() {
            sink.owner(owner);
        }
        read_sections(bundle, &account, options, sink)?;
        read_early(bundle, &account, sink)?;
        let rules = ThreadRules {
            platform: Platform::Instagram,
            owner: account.owner,
            sound_text: false,
            zones: Zones::Head,
            date_order: options.date_order,
            joins: Joins::default(),
        };
        read_early_messages(bundle, &rules, sink)?;
        read_threads(bundle, &units, &rules, sink)
    }
}
