//! Whatsapp downloads.

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};
use crate::bundle::{Bundle, File, Listing};

/// The Whatsapp reader.
pub struct Whatsapp;

static INFO: SourceInfo = SourceInfo { id: "whatsapp", family: "whatsapp", parts: PartsRule::Separate, layouts: &[] };

impl Source for Whatsapp {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, _listing: &Listing<'_>) -> Vec<String> {
        Vec::new()
    }

    fn role(&self, _bundle: &Bundle, _file: &File) -> Option<Role> {
        None
    }

    fn read(&self, _bundle: &Bundle, _options: &ReadOptions, _sink: &dyn Sink) -> Result<(), Stop> {
        Ok(())
    }
}
