//! Who the download belongs to. Outside conversations only the profile says so.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::early::owner_on_pages;
use crate::bundle::Bundle;
use crate::sources::ReadOptions;
use crate::sources::meta::thread::Owner;
use crate::sources::meta::{Document, Fields, Holds, names_on_profile};

/// The owner: by the profile, else by the information for filling in forms, else by the
/// heading of pages of 2010 to 2017, else as the user says. Former names and
/// the name the user gives count as the owner's too. The flag says whether the download itself tells.
pub(super) fn find_owner(bundle: &Bundle, options: &ReadOptions) -> (Owner, bool) {
    let mut names = names_in(bundle, "profile_information/profile_information.json", "profile", profile_names);
    if names.is_empty() {
        let tail = "profile_information/profile_information.html";
        let page = bundle.files().find(|(_, file)| {
            file.key.strip_suffix(tail).is_some_and(|above| above.is_empty() || above.ends_with('/'))
        });
        names =
            page.and_then(|(number, _)| bundle.read(number).ok()).map_or_else(Vec::new, |html| names_on_profile(&html));
    }
    if names.is_empty() {
        names = names_in(bundle, "messages/autofill_information.json", "autofill_information", |mut form| {
            form.list("FULL_NAME").into_iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        });
    }
    if names.is_empty() {
        names.extend(owner_on_pages(bundle));
    }
    names.retain(|name| !name.trim().is_empty());
    let told = !names.is_empty();
    names.extend(options.me.clone().filter(|name| !name.trim().is_empty()));
    let account = names.first().map(|name| Arc::from(name.as_str()));
    (Owner { account, names: names.into_iter().collect::<BTreeSet<String>>() }, told)
}

/// The present name first, then former ones.
fn profile_names(mut profile: Fields) -> Vec<String> {
    let former = profile.list("previous_names");
    let present = profile.any("name").and_then(full_name);
    present.into_iter().chain(former.into_iter().filter_map(full_name)).collect()
}

fn full_name(name: Value) -> Option<String> {
    match Fields::of(name) {
        Ok(mut name) => name.text("full_name").or_else(|| name.text("name")),
        Err(Value::String(name)) => Some(name),
        Err(_) => None,
    }
}

fn names_in(bundle: &Bundle, tail: &str, key: &str, names: impl Fn(Fields) -> Vec<String>) -> Vec<String> {
    let file_name = tail.rsplit('/').next().unwrap_or(tail);
    let fits = |path: &str| {
        path == file_name || path.strip_suffix(tail).is_some_and(|above| above.is_empty() || above.ends_with('/'))
    };
    let mut found = Vec::new();
    for (number, _) in bundle.files().filter(|(_, file)| fits(&file.key)) {
        let Ok(document) = Document::read(bundle, number) else { continue };
        // A file cut short still gives what stands before its end, and this closure never stops a walk.
        let walked = document.walk(Holds::One, &[key], &mut |_, json| {
            let fields = document.element(json).and_then(|value| Fields::of(value).ok());
            found.extend(fields.map(&names).unwrap_or_default());
            Ok(())
        });
        if walked.is_ok() && !found.is_empty() {
            break;
        }
    }
    found
}
