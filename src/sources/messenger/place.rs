//! Which files of a Facebook download are Messenger's, and what becomes of them.

use crate::bundle::File;
use crate::sources::Role;
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::{ThreadPlace, thread_id};

/// The place of a conversation file: in a folder of conversations, or among the messages of groups.
pub fn thread_place(file: &File) -> Option<ThreadPlace<'_>> {
    ThreadPlace::of_any(&file.place).or_else(|| group_messages(&file.place))
}

/// `groups/your_group_messages/ID.json` tells a conversation of the inbox once more.
fn group_messages(path: &str) -> Option<ThreadPlace<'_>> {
    let (folder, name) = path.rsplit_once('/')?;
    let stem = name.strip_suffix(".json")?;
    let inside = folder == "your_group_messages" || folder.ends_with("/your_group_messages");
    (inside && !stem.is_empty()).then(|| ThreadPlace {
        folder: path,
        id: thread_id(stem),
        cutover: false,
        number: 1,
        page: false,
    })
}

/// Whether a file holds conversations of 2010 to 2017: `html/messages.htm`, or `messages/N.html` of its last months.
pub fn is_archive(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    let numbered =
        name.strip_suffix(".html").is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_digit()));
    name == "messages.htm" && matches!(folder, "" | "html") || folder == "messages" && numbered
}

/// What becomes of a file, if it is Messenger's.
pub fn role(file: &File) -> Option<Role> {
    if thread_place(file).is_some() || is_archive(&file.place) {
        return Some(Role::Read);
    }
    let (folder, name) = file.place.rsplit_once('/')?;
    let settings = (folder == "messages" || folder.ends_with("/messages"))
        && (has_extension(name, "json") || has_extension(name, "html"));
    settings.then_some(Role::Raw("technical"))
}
