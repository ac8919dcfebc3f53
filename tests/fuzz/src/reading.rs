//! Downloads of one file, read by the sources as an import reads them.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use malle::bundle::{Bundle, Container};
use malle::ingest::{MediaFact, finish, mime_of, recognise};
use malle::model::Draft;
use malle::sources::{Problem, ReadOptions, SOURCES, Sink, SkipReason, Stop, WhatsappKey};
use sha2::Digest as _;

/// Where JSON may stand. The first byte of an input chooses.
pub const JSON: &[&str] = &[
    "your_facebook_activity/messages/inbox/bob_1/message_1.json",
    "your_facebook_activity/posts/your_posts_1.json",
    "your_facebook_activity/comments_and_reactions/comments.json",
    "your_facebook_activity/posts/album/0.json",
    "your_facebook_activity/groups/your_group_membership_activity.json",
    "your_facebook_activity/something/of_tomorrow.json",
    "profile_information/profile_information.json",
    "personal_information/profile_information/profile_information.json",
    "your_instagram_activity/media/posts_1.json",
    "your_instagram_activity/messages/inbox/awa_1/message_1.json",
    "your_instagram_activity/connections/followers_and_following/followers_1.json",
    "your_instagram_activity/likes/liked_posts.json",
    "your_instagram_activity/saved/saved_collections.json",
    "messages/Bob_1.json",
    "result.json",
    "messages/inbox/bob_1/message_1.json",
    "searches.json",
];

/// Where pages may stand.
pub const HTML: &[&str] = &[
    "your_facebook_activity/messages/inbox/bob_1/message_1.html",
    "your_facebook_activity/posts/your_posts_1.html",
    "your_facebook_activity/comments_and_reactions/comments.html",
    "html/messages.htm",
    "html/wall.htm",
    "html/synced_photos.htm",
    "html/friends.htm",
    "html/events.htm",
    "html/contact_info.htm",
    "photos/1/index.htm",
    "messages/1.html",
    "messages.html",
    "message_1.html",
    "your_instagram_activity/media/posts_1.html",
    "your_instagram_activity/connections/followers_and_following/followers_1.html",
    "your_instagram_activity/messages/inbox/awa_1/message_1.html",
    "personal_information/profile_information/profile_information.html",
];

/// Where scripts and tables of X may stand.
pub const SCRIPTS: &[&str] =
    &["data/tweets.js", "data/direct-messages.js", "data/like.js", "data/account.js", "tweet.js", "tweets.csv"];

/// Where chats may stand.
pub const CHATS: &[&str] = &["_chat.txt", "Discussion WhatsApp avec Bob.txt"];

/// Where databases may stand.
pub const DATABASES: &[&str] = &["msgstore.db", "ChatStorage.sqlite", "msgstore.db-wal", "wa.db"];

/// Where encrypted databases may stand.
pub const CRYPTS: &[&str] = &["msgstore.db.crypt15", "msgstore.db.crypt14", "msgstore.db.crypt12"];

/// The 64 digits of the key of encrypted databases.
pub const KEY: &[u8; 64] = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Reads a download of one file; the first byte says where it stands.
pub fn document(bytes: &[u8], paths: &[&str]) {
    let Some((choice, content)) = bytes.split_first() else { return };
    let Some(path) = paths.get(usize::from(*choice) % paths.len()) else { return };
    let scratch = tempfile::tempdir().expect("scratch folder");
    let file = scratch.path().join("download").join(path);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("scratch folder");
    std::fs::write(&file, content).expect("scratch file");
    let key = WhatsappKey::read(KEY).ok();
    let options = ReadOptions { whatsapp_key: key, ..ReadOptions::default() };
    read(&[scratch.path().join("download")], &options);
}

/// Reads as an import does, and counts.
fn read(paths: &[PathBuf], options: &ReadOptions) {
    let containers: Vec<Arc<Container>> = Container::open_all(paths).into_iter().flatten().map(Arc::new).collect();
    for recognised in recognise(&containers).0 {
        let collector = Collector::default();
        for source in SOURCES.iter().filter(|source| source.about().family == recognised.family) {
            let _ = source.key_need(&recognised.bundle, options);
            for (_, file) in recognised.bundle.all_files() {
                let _ = source.role(&recognised.bundle, file);
            }
            source.read(&recognised.bundle, options, &collector).expect("nothing stops this reading");
        }
        account(&recognised.bundle, collector);
    }
}

#[derive(Default)]
struct Collector {
    drafts: Mutex<Vec<Draft>>,
    problems: Mutex<Vec<Problem>>,
    skips: Mutex<Vec<(usize, u64)>>,
    parsed: Mutex<BTreeMap<usize, u64>>,
}

impl Sink for Collector {
    fn record(&self, draft: Draft) -> Result<(), Stop> {
        self.drafts.lock().expect("no panic").push(draft);
        Ok(())
    }

    fn skip(&self, file: usize, _: SkipReason, count: u64) {
        self.skips.lock().expect("no panic").push((file, count));
    }

    fn problem(&self, problem: Problem) {
        assert!(problem.detail.is_ascii(), "content in a problem");
        self.problems.lock().expect("no panic").push(problem);
    }

    fn parsed(&self, file: usize, elements: u64) {
        let before = self.parsed.lock().expect("no panic").insert(file, elements);
        assert!(before.is_none(), "file {file} reported twice");
    }

    fn kept_raw(&self, _: usize, _: &'static str) {}
}

/// Elements are records, skips and problems in place of records, in each file.
fn account(bundle: &Bundle, collector: Collector) {
    let mut tally: BTreeMap<usize, u64> = BTreeMap::new();
    for problem in collector.problems.into_inner().expect("no panic") {
        if problem.position.is_some() && problem.kind.replaces_record() {
            *tally.entry(problem.file).or_default() += 1;
        }
    }
    for (file, count) in collector.skips.into_inner().expect("no panic") {
        *tally.entry(file).or_default() += count;
    }
    let claimed = Mutex::new(HashSet::new());
    for draft in collector.drafts.into_inner().expect("no panic") {
        *tally.entry(draft.file).or_default() += 1;
        let claim = |file| {
            claimed.lock().expect("no panic").insert(file);
        };
        let record = finish(draft, bundle, "", &|file| media_fact(bundle, file), &claim);
        let line = serde_json::to_vec(&record).expect("a record can be written");
        let again: malle::model::Record = serde_json::from_slice(&line).expect("a record can be read again");
        assert!(value(&again) == value(&record), "a record changes when it is written and read");
    }
    for (file, elements) in collector.parsed.into_inner().expect("no panic") {
        let accounted = tally.remove(&file).unwrap_or(0);
        let path = bundle.file(file).map_or("", |file| file.path.as_str());
        assert_eq!(elements, accounted, "elements of {path}, and what they became");
    }
    assert!(tally.is_empty(), "elements of files that were never reported");
}

fn value(record: &malle::model::Record) -> serde_json::Value {
    serde_json::to_value(record).expect("a record can be written")
}

fn media_fact(bundle: &Bundle, file: usize) -> Option<MediaFact> {
    let bytes = bundle.read(file).ok()?;
    Some(MediaFact {
        sha256: malle::crypto::hex(&sha2::Sha256::digest(&bytes)),
        size_bytes: u64::try_from(bytes.len()).ok()?,
        mime: mime_of(&bytes, &bundle.file(file)?.path).to_owned(),
    })
}
