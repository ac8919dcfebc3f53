//! Which files make one conversation.

use std::collections::BTreeMap;

use crate::bundle::{Bundle, File};

/// Folders of a download that hold conversations.
pub const BOXES: [&str; 8] = [
    "inbox",
    "archived_threads",
    "filtered_threads",
    "message_requests",
    "e2ee_cutover",
    "legacy_threads",
    "broadcast",
    "ai_conversations",
];

/// Where a thread file lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPlace<'a> {
    /// Path of the thread's folder.
    pub folder: &'a str,
    /// The part of the folder's name that stays when the conversation is renamed; empty for files without a thread
    /// folder, whose own `thread_path` tells.
    pub id: &'a str,
    /// The part of a conversation before its encryption.
    pub cutover: bool,
    /// The file's number: 1 holds the newest messages.
    pub number: u64,
    /// An HTML page.
    pub page: bool,
}

impl<'a> ThreadPlace<'a> {
    /// The place of `message_N.EXTENSION` (or `replies_N.EXTENSION` of a broadcast) in a folder of a box.
    #[must_use]
    pub fn of(path: &'a str, extension: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let number = thread_number(name, extension)?;
        let (above, thread) = folder.rsplit_once('/').unwrap_or(("", folder));
        let box_name = above.rsplit('/').next().unwrap_or(above);
        let known = BOXES.contains(&box_name);
        let id = if known { thread_id(thread) } else { "" };
        Some(Self { folder, id, cutover: box_name == "e2ee_cutover", number, page: extension != "json" })
    }

    /// The place of a file of either format.
    #[must_use]
    pub fn of_any(path: &'a str) -> Option<Self> {
        Self::of(path, "json").or_else(|| Self::of(path, "html"))
    }

    /// Whether it lies in a folder of a box.
    #[must_use]
    pub const fn in_box(&self) -> bool {
        !self.id.is_empty()
    }
}

/// `N` of `message_N.json`, tolerating what browsers add to repeated names (`message_1 (1).json`).
fn thread_number(name: &str, extension: &str) -> Option<u64> {
    let stem = name.strip_suffix(extension)?.strip_suffix('.')?;
    let digits = stem.strip_prefix("message_").or_else(|| stem.strip_prefix("replies_"))?;
    let digits = digits.split(" (").next().unwrap_or(digits);
    digits.parse().ok()
}

/// What follows the last `_` of a thread folder (ten letters until 2021, digits since), or its whole name. The part
/// before it is the title, which changes.
pub fn thread_id(folder: &str) -> &str {
    match folder.rsplit_once('_') {
        Some((_, id)) if !id.is_empty() => id,
        _ => folder,
    }
}

/// The files of one conversation that are read one after the other, sharing one scope of twins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadUnit {
    /// See [`ThreadPlace::id`].
    pub id: String,
    /// See [`ThreadPlace::cutover`].
    pub cutover: bool,
    /// Numbers of the files in the bundle, newest messages first.
    pub files: Vec<usize>,
    /// Numbers of HTML pages that tell the same conversation, read after the files.
    pub pages: Vec<usize>,
    /// Size of all of them.
    pub size_bytes: u64,
}

/// Groups thread files into units, the largest first. `place` tells where a thread file lies; `None` for other files.
///
/// A folder of which two different tellings are present (two overlapping downloads merged) gives one unit per part,
/// because a message told by both is one message and no twin.
pub fn thread_units<'a>(bundle: &'a Bundle, place: impl Fn(&'a File) -> Option<ThreadPlace<'a>>) -> Vec<ThreadUnit> {
    let mut folders: BTreeMap<&str, Vec<(usize, &File, ThreadPlace<'_>)>> = BTreeMap::new();
    for (number, file) in bundle.files() {
        if let Some(place) = place(file) {
            folders.entry(place.folder).or_default().push((number, file, place));
        }
    }
    let mut units = Vec::new();
    for files in folders.into_values() {
        let told_twice = files.iter().any(|(_, file, _)| file.copy > 0);
        let mut parts: BTreeMap<usize, Vec<(usize, &File, ThreadPlace<'_>)>> = BTreeMap::new();
        for file in files {
            parts.entry(if told_twice { file.1.part } else { 0 }).or_default().push(file);
        }
        units.extend(parts.into_values().filter_map(unit));
    }
    units.sort_by(|a, b| b.size_bytes.cmp(&a.size_bytes).then_with(|| (&a.files, &a.pages).cmp(&(&b.files, &b.pages))));
    units
}

fn unit(mut files: Vec<(usize, &File, ThreadPlace<'_>)>) -> Option<ThreadUnit> {
    files.sort_by_key(|(number, file, place)| (place.number, file.copy, *number));
    let (_, _, first) = files.first()?;
    let numbers = |page: bool| files.iter().filter(move |file| file.2.page == page).map(|(number, _, _)| *number);
    Some(ThreadUnit {
        id: first.id.to_owned(),
        cutover: first.cutover,
        files: numbers(false).collect(),
        pages: numbers(true).collect(),
        size_bytes: files.iter().map(|(_, file, _)| file.size).sum(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(&str, bool, u64)>) {
        let place = ThreadPlace::of(path, "json").map(|place| (place.id, place.cutover, place.number));
        assert_eq!(place, expected, "{path}");
    }

    #[test]
    fn thread_files_are_recognised_in_every_era() {
        check("messages/inbox/zoe_Zz9yXx8wVv/message_10.json", Some(("Zz9yXx8wVv", false, 10)));
        check("your_facebook_activity/messages/e2ee_cutover/a_b_12/message_1.json", Some(("12", true, 1)));
        check(
            "your_facebook_activity/messages/inbox/100000000000003/message_2.json",
            Some(("100000000000003", false, 2)),
        );
        check("x/messages/inbox/broken_/message_1.json", Some(("broken_", false, 1)));
        check("message_1.json", Some(("", false, 1)));
        check("message_1 (1).json", Some(("", false, 1)));
        check("messages/inbox/zoe_1/message_1.html", None);
        check("messages/autofill_information.json", None);
        check("messages/inbox/zoe_1/message_.json", None);
    }
}
