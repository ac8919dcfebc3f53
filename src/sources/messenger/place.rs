//! Which files of a Facebook download are Messenger's, and what becomes of them.

use crate::bundle::File;
use crate::sources::meta::layout::has_extension;
use crate::sources::meta::thread::{ThreadPlace, thread_id};
use crate::sources::{Role, default_role, is_apple_double};

/// The place of a conversation file: in a folder of conversations, or among the messages of groups.
pub fn thread_place(file: &File) -> Option<ThreadPlace<'_>> {
    let found = ThreadPlace::of_any(&file.place).or_else(|| group_messages(&file.place));
    found.filter(|_| !is_apple_double(&file.key))
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
    if let noise @ Role::Noise(_) = default_role(file) {
        return Some(noise);
    }
    if thread_place(file).is_some() || is_archive(&file.place) {
        return Some(Role::Read);
    }
    let (folder, name) = file.place.rsplit_once('/')?;
    let settings = (folder == "messages" || folder.ends_with("/messages"))
        && (has_extension(name, "json") || has_extension(name, "html"));
    settings.then_some(Role::Raw("technical"))
}

#[cfg(test)]
mod tests {
    use crate::bundle::{Bundle, Container, Part};

    use super::*;

    #[test]
    fn twins_that_macos_makes_are_no_files_of_conversations() {
        let scratch = tempfile::tempdir().unwrap();
        let names = [
            "__MACOSX/messages/inbox/zoe_1/._message_1.json",
            "groups/your_group_messages/._12.json",
            "messages/._settings.json",
        ];
        for name in names {
            let path = scratch.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "\0").unwrap();
        }
        let container = std::sync::Arc::new(Container::open(scratch.path()).unwrap());
        let bundle = Bundle::new(vec![Part::new(container, String::new())], |_, _| true);
        assert_eq!(bundle.files().count(), names.len());
        for (_, file) in bundle.files() {
            assert_eq!((role(file), thread_place(file)), (Some(Role::Noise("apple-double")), None), "{}", file.path);
        }
    }
}
