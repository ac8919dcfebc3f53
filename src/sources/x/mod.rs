//! X (Twitter): the archive "Download an archive of your data", scripts of JSON in `data/` since 2020, at the root
//! before.
//!
//! What is read and why: docs/formats/x.md.

mod accounts;
mod archive;
mod media;
mod messages;
mod people;
mod posts;
mod script;
mod sections;
mod text;

use std::collections::BTreeSet;

use super::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop, default_role};
use crate::bundle::{Bundle, File, Listing};

/// The reader of X.
pub struct X;

static INFO: SourceInfo =
    SourceInfo { id: "x", family: "x", parts: PartsRule::Separate, layouts: &["x-2018", "x-2020"] };

/// How every script begins.
const SIGN: &[u8] = b"window.YTD.";

impl Source for X {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (number, path) in listing.paths() {
            let (folder, name) = path.rfind('/').and_then(|at| path.split_at_checked(at + 1)).unwrap_or(("", path));
            // `account.js` and `profile.js` are in every archive and small.
            if matches!(name, "account.js" | "profile.js" | "tweets.js" | "tweet.js")
                && !folder.split('/').any(|part| part == "__MACOSX")
                && listing.head(number, 64).trim_ascii_start().starts_with(SIGN)
            {
                found.insert(folder.strip_suffix("data/").unwrap_or(folder).to_owned());
            }
        }
        found.into_iter().collect()
    }

    fn role(&self, _bundle: &Bundle, file: &File) -> Option<Role> {
        if let noise @ Role::Noise(_) = default_role(file) {
            return Some(noise);
        }
        let path = file.path.as_str();
        if path.starts_with("assets/") || path == "Your archive.html" {
            return Some(Role::Noise("decoration"));
        }
        let inner = path.strip_prefix("data/").unwrap_or(path);
        if !inner.contains('/') && inner.ends_with(".js") {
            return Some(match sections::of(inner) {
                Some(_) => Role::Read,
                None if sections::is_technical(inner) => Role::Raw("technical"),
                None => Role::Raw("unknown-file"),
            });
        }
        Some(default_role(file))
    }

    fn read(&self, bundle: &Bundle, _options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        archive::read(bundle, sink)
    }
}
