//! Whose conversations they are. A conversation does not say; the profile does, if it is among the parts.

use std::sync::Arc;

use serde_json::Value;

use super::place::thread_place;
use crate::bundle::Bundle;
use crate::sources::ReadOptions;
use crate::sources::meta::thread::{Owner, ThreadUnit, common_participant, members_of};
use crate::sources::meta::{names_on_profile, repair, repair_escapes};

/// The owner: as the user says, else by the profile, else by the conversations. The flag says whether it is the profile.
pub fn find_owner(bundle: &Bundle, units: &[ThreadUnit], options: &ReadOptions) -> (Owner, bool) {
    let mut names: Vec<String> = options.me.clone().into_iter().collect();
    if names.is_empty() {
        names = profile_names(bundle);
    }
    let told = options.me.is_none() && !names.is_empty();
    if names.is_empty() {
        names = common_participant(&members(bundle, units)).into_iter().collect();
    }
    let account = names.first().map(|name| Arc::from(name.as_str()));
    (Owner { account, names: names.into_iter().collect() }, told)
}

/// The present name first, then former ones.
fn profile_names(bundle: &Bundle) -> Vec<String> {
    let mut names = Vec::new();
    for (number, file) in bundle.files() {
        let tail = file.key.rsplit('/').next().unwrap_or_default();
        let found = match tail {
            "profile_information.json" => document(bundle, number).map(|json| profile(&json)),
            "profile_information.html" => bundle.read(number).ok().map(|html| names_on_profile(&html)),
            "autofill_information.json" => document(bundle, number).map(|json| autofill(&json)),
            _ => None,
        };
        // The profile's name is the account's, wherever its file stands.
        match found {
            Some(found) if tail.starts_with("profile_information.") => drop(names.splice(0..0, found)),
            Some(found) => names.extend(found),
            None => {}
        }
    }
    names.retain(|name: &String| !name.is_empty());
    names
}

fn document(bundle: &Bundle, file: usize) -> Option<Value> {
    let bytes = bundle.read(file).ok()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(&repair_escapes(bytes)).ok()
}

fn profile(json: &Value) -> Vec<String> {
    let Some(profile) = json
        .as_object()
        .and_then(|fields| fields.iter().find_map(|(key, value)| key.starts_with("profile").then_some(value)))
    else {
        return Vec::new();
    };
    let name = profile.get("name");
    let present = name.and_then(|name| name.get("full_name").unwrap_or(name).as_str());
    let former = profile.get("previous_names").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let former = former.iter().filter_map(|name| name.get("name").unwrap_or(name).as_str());
    present.into_iter().chain(former).map(|name| repair(name).into_owned()).collect()
}

fn autofill(json: &Value) -> Vec<String> {
    let fields = json
        .as_object()
        .and_then(|top| top.iter().find_map(|(key, value)| key.starts_with("autofill_information").then_some(value)));
    let names = fields.and_then(|fields| fields.get("FULL_NAME"));
    let names = names.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    names.iter().filter_map(Value::as_str).map(|name| repair(name).into_owned()).collect()
}

/// Members of every conversation, each counted once even if several folders tell it.
fn members(bundle: &Bundle, units: &[ThreadUnit]) -> Vec<Vec<String>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut members = Vec::new();
    for unit in units {
        let Some(first) = unit.files.first().or(unit.pages.first()) else { continue };
        let place = bundle.file(*first).and_then(thread_place);
        if place.is_none_or(|place| place.id.is_empty() || seen.insert(unit.id.as_str())) {
            members.push(members_of(bundle, unit));
        }
    }
    members
}
