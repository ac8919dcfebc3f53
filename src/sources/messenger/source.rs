//! The Messenger reader: recognises, gives roles, reads.

use super::owner::find_owner;
use super::{encrypted, place};
use crate::bundle::{Bundle, File, Listing};
use crate::model::Platform;
use crate::sources::meta::account_zone;
use crate::sources::meta::html::Zones;
use crate::sources::meta::layout::{Product, conversation_roots};
use crate::sources::meta::thread::{Joins, ThreadRules, ThreadUnit, read_archive, read_threads, thread_units};
use crate::sources::{PartsRule, ReadOptions, Role, Sink, Source, SourceInfo, Stop};

/// The Messenger reader.
pub struct Messenger;

static INFO: SourceInfo = SourceInfo {
    id: "messenger",
    family: "facebook",
    parts: PartsRule::Merge,
    layouts: &[
        "htm-2010",
        "html-2018",
        "html-2021",
        "html-2024",
        "json-2018",
        "json-2021",
        "json-2023",
        "json-2024",
        "e2ee",
    ],
};

impl Source for Messenger {
    fn about(&self) -> &'static SourceInfo {
        &INFO
    }

    fn roots(&self, listing: &Listing<'_>) -> Vec<String> {
        let conversations = conversation_roots(listing).into_iter();
        let mut roots: Vec<String> =
            conversations.filter_map(|(root, product)| (product == Product::Facebook).then_some(root)).collect();
        for root in encrypted::roots(listing).into_iter().chain(archive_roots(listing)) {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots
    }

    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role> {
        let role = place::role(file);
        if role.is_none() && bundle.find(&file.place).is_some_and(|number| encrypted::holds(bundle, number, file)) {
            return Some(Role::Read);
        }
        role
    }

    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop> {
        let plain = thread_units(bundle, place::thread_place);
        let sealed = encrypted_units(bundle);
        let all: Vec<ThreadUnit> = plain.iter().chain(&sealed).cloned().collect();
        let (owner, told) = find_owner(bundle, &all, options);
        if let Some(owner) = owner.told().filter(|_| told) {
            sink.owner(owner);
        }
        let rules = ThreadRules {
            platform: Platform::Messenger,
            owner,
            sound_text: false,
            zones: Zones::Account(account_zone(bundle).or(options.zone)),
            date_order: options.date_order,
            joins: if sealed.is_empty() && !plain.iter().any(|unit| unit.cutover) {
                Joins::default()
            } else {
                Joins::of(bundle, &plain, &sealed)
            },
        };
        for (file, _) in bundle.files().filter(|(_, file)| place::is_archive(&file.place)) {
            read_archive(bundle, file, &rules, sink)?;
        }
        read_threads(bundle, &plain, &rules, sink)?;
        read_threads(bundle, &sealed, &ThreadRules { sound_text: true, ..rules }, sink)
    }
}

/// Where a download of 2010 to 2017 begins: above `html/messages.htm`, or where that file was given by itself.
fn archive_roots(listing: &Listing<'_>) -> Vec<String> {
    let pages = listing.paths().filter_map(|(_, path)| path.strip_suffix("messages.htm"));
    let roots = pages.map(|above| above.strip_suffix("html/").unwrap_or(above));
    let roots: std::collections::BTreeSet<&str> = roots.filter(|root| root.is_empty() || root.ends_with('/')).collect();
    roots.into_iter().map(str::to_owned).collect()
}

/// Every file of the encrypted download is a conversation.
fn encrypted_units(bundle: &Bundle) -> Vec<ThreadUnit> {
    bundle
        .files()
        .filter(|(number, file)| encrypted::holds(bundle, *number, file))
        .map(|(number, file)| ThreadUnit {
            id: String::new(),
            cutover: false,
            files: vec![number],
            pages: Vec::new(),
            size_bytes: file.size,
        })
        .collect()
}
