//! Which files of a Facebook download are Messenger's, and what becomes of them.

use crate::bundle::File;
use crate::sources::Role;
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::{ThreadPlace, thread_id};

/// The place of a conversation file: in a folder of conversations, or among the messages of groups.
pub fn thread_place(file: &File) -> Option<ThreadPlace<'_>> {
    ThreadPlace::of(&file.path, "json").or_else(|| group_messages(&file.path))
}

/// `groups/your_group_messages/ID.json` tells a conversation of the inbox once more.
fn group_messages(path: &str) -> Option<ThreadPlace<'_>> {
    let (folder, name) = path.rsplit_once('/')?;
    let stem = name.strip_suffix(".json")?;
    let inside = folder == "your_group_messages" || folder.ends_with("/your_group_messages");
    (inside && !stem.is_empty()).then(|| ThreadPlace { folder: path, id: thread_id(stem), cutover: false, number: 1 })
}

/// What becomes of a file, if it is Messenger's.
pub fn role(file: &File) -> Option<Role> {
    if thread_place(file).is_some() {
        return Some(Role::Read);
    }
    if ThreadPlace::of(&file.path, "html").is_some() {
        return Some(Role::Raw("html-not-read"));
    }
    let (folder, name) = file.path.rsplit_once('/')?;
    let settings = (folder == "messages" || folder.ends_with("/messages"))
        && (has_extension(name, "json") || has_extension(name, "html"));
    settings.then_some(Role::Raw("technical"))
}
