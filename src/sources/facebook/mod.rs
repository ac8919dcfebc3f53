//! Facebook downloads.

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};
use crate::bundle::{Bundle, File, Listing};

/// The Facebook reader.
pub struct Facebook;

static INFO: SourceInfo = SourceInfo { id: "facebook", family: "facebook", parts: PartsRule::Merge, layouts: &[] };

impl Source for Facebook {
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
