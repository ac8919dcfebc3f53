//! Instagram downloads.

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};
use crate::bundle::{Bundle, File, Listing};

/// The Instagram reader.
pub struct Instagram;

static INFO: SourceInfo = SourceInfo { id: "instagram", family: "instagram", parts: PartsRule::Merge, layouts: &[] };

impl Source for Instagram {
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
