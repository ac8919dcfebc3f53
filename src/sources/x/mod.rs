//! X (Twitter): the archive "Download an archive of your data", scripts of JSON in `data/` since 2020, at the root
//! before.
//!
//! What is read and why: docs/formats/x.md.

mod accounts;
mod archive;
mod early;
mod grok;
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
    SourceInfo { id: "x", family: "x", parts: PartsRule::Separate, layouts: &["x-2012", "x-2018", "x-2020"] };

/// How every script begins.
const SIGN: &[u8] = b"window.YTD.";

/// Folders of media that no other platform has.
const MEDIA: &[&str] =
    &["tweets_media/", "direct_messages_media/", "direct_messages_group_media/", "community_tweet_media/"];

impl Source for X {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (number, path) in listing.paths() {
            let (folder, name) = path.rfind('/').and_then(|at| path.split_at_checked(at + 1)).unwrap_or(("", path));
            let root = folder.strip_suffix("data/").unwrap_or(folder);
            // A later ZIP of a large archive may hold any of the scripts, under names that others use too.
            let may_begin = sections::of(name).is_some_and(|_| name.ends_with(".js")) && !found.contains(root);
            if may_begin
                && !folder.split('/').any(|part| part == "__MACOSX")
                && listing.head(number, 64).trim_ascii_start().starts_with(SIGN)
            {
                found.insert(root.to_owned());
            } else if let Some(root) =
                root_of_media(folder, name).or_else(|| early::root_of(path, &|| listing.head(number, 64)))
            {
                found.insert(root.to_owned());
            }
        }
        found.into_iter().collect()
    }

    fn is_fragment(&self, listing: &Listing<'_>, root: &str) -> bool {
        let owner = |path: &str| {
            matches!(path.strip_prefix(root), Some("account.js" | "data/account.js" | "data/js/user_details.js"))
        };
        !listing.paths().any(|(_, path)| owner(path))
    }

    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role> {
        if let noise @ Role::Noise(_) = default_role(file) {
            return Some(noise);
        }
        let path = file.path.as_str();
        if path.starts_with("assets/") || path == "Your archive.html" {
            return Some(Role::Noise("decoration"));
        }
        match early::part_of(path) {
            Some(early::Part::Counts) => return Some(Role::Raw("technical")),
            Some(_) => return Some(Role::Read),
            None if bundle.find("data/js/tweet_index.js").is_some() => {
                let is_page = matches!(path, "index.html" | "README.txt");
                if is_page || ["css/", "img/", "js/", "lib/"].iter().any(|folder| path.starts_with(folder)) {
                    return Some(Role::Noise("decoration"));
                }
            }
            None => {}
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
        early::read(bundle, sink)?;
        archive::read(bundle, sink)
    }
}

/// Where an archive begins of which a ZIP holds nothing but media: `data/tweets_media/NUMBER-NAME`.
fn root_of_media<'a>(folder: &'a str, name: &str) -> Option<&'a str> {
    let root = MEDIA.iter().find_map(|media| folder.strip_suffix(media)?.strip_suffix("data/"))?;
    let number = name.split_once('-').map(|(number, _)| number)?;
    (number.len() > 4 && number.bytes().all(|byte| byte.is_ascii_digit()) && !root.contains("__MACOSX")).then_some(root)
}
