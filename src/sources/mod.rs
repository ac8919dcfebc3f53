//! Platform readers. A source recognises its downloads, says which files it reads, and turns their elements into drafts.
//!
//! Sources record facts; wording happens in `cli` and `export`. They write nothing, ask no clock, read no environment.
//! One platform never imports another; what Meta's products share lives in `meta`.

use crate::bundle::{Bundle, File, Listing};
use crate::model::{AccountOwner, Draft};

mod escapes;
mod facebook;
mod fields;
mod half_days;
mod instagram;
mod markup;
mod messenger;
pub mod meta;
mod opened;
mod report;
mod salvage;
mod telegram;
mod whatsapp;
mod x;

pub use fields::{Fields, pruned, put, seconds_of};
pub use opened::bytes_of;
pub use report::{FileOutcome, Problem, ProblemKind, SkipReason, detail, json_detail};
pub use whatsapp::{NotAKey, WhatsappKey};

/// Every source. A platform is one line here and one `mod` line above. Of two of one family that claim a file the later reads
/// it: it looked into the file where the other goes by its name.
pub static SOURCES: &[&dyn Source] = &[
    &facebook::Facebook,
    &messenger::Messenger,
    &instagram::Instagram,
    &whatsapp::Whatsapp,
    &x::X,
    &telegram::Telegram,
];

/// A platform's reader.
pub trait Source: Sync {
    /// Id, family and layouts understood.
    fn about(&self) -> &'static SourceInfo;

    /// Prefixes (wrapper folders with a trailing `/`, or `""`) under which a download of this source's family begins.
    /// Looks at names and, where names do not tell, at a few heads; never walks all content.
    fn roots(&self, listing: &Listing<'_>) -> Vec<String>;

    /// Where in a download of this family a file belongs whose own name may say nothing: a renamed page, one that a
    /// browser saved. The path begins with the folder in which the file lies. `head` holds its first bytes
    /// ([`crate::bundle::limits::HEAD_BYTES`], of JSON [`crate::bundle::limits::JSON_HEAD_BYTES`]). `None` when the file tells nothing, or its name tells as much.
    fn place(&self, _listing: &Listing<'_>, _number: usize, _path: &str, _head: &[u8]) -> Option<String> {
        None
    }

    /// Whether what begins at this root is a part that does not tell whose it is, of a download whose other parts are ZIPs
    /// beside it. It joins the only whole download of its family in an import; else it stands alone.
    fn is_fragment(&self, _listing: &Listing<'_>, _root: &str) -> bool {
        false
    }

    /// What this source does with a file of a bundle of its family; `None` when it knows nothing of it.
    fn role(&self, bundle: &Bundle, file: &File) -> Option<Role>;

    /// Whether files of this bundle are encrypted, and whether the key that the user gave opens them. Looked at before
    /// anything is read.
    fn key_need(&self, _bundle: &Bundle, _options: &ReadOptions) -> KeyNeed {
        KeyNeed::None
    }

    /// Reads every file whose role is [`Role::Read`], but for those that a later source of its family claims too
    /// ([`SOURCES`]), in parallel where it can, and hands over its elements: exactly one source takes a file.
    ///
    /// For each such file it calls [`Sink::parsed`] once with the number of elements it saw there, and gives the sink
    /// exactly one record, skip or problem per element; or it calls [`Sink::kept_raw`] when the shape is unknown.
    ///
    /// # Errors
    /// [`Stop`] only when the sink refuses or the user stops; a bad file is a problem, not an error.
    fn read(&self, bundle: &Bundle, options: &ReadOptions, sink: &dyn Sink) -> Result<(), Stop>;
}

/// What a source is.
#[derive(Debug)]
pub struct SourceInfo {
    /// Name in `--json` and reports.
    pub id: &'static str,
    /// Sources of one family read the same bundles (Facebook and Messenger share a download).
    pub family: &'static str,
    /// Whether ZIPs of one family in one import are parts of one download, or each stands alone.
    pub parts: PartsRule,
    /// Layouts understood, for documentation and reports.
    pub layouts: &'static [&'static str],
}

/// How containers become bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartsRule {
    /// Parts of one download share one tree; merge them.
    Merge,
    /// Every ZIP or folder is a download of its own.
    Separate,
}

/// What becomes of a file of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A source reads its elements. The bytes are also kept verbatim.
    Read,
    /// Kept verbatim for a later version; the text is the reason, a word of `raw-NAME` in the Fluent files.
    Raw(&'static str),
    /// A photo, film, sound or document: its bytes are stored, and become a record of their own when nothing names it.
    Media,
    /// Noise of an operating system or the platform's decoration; counted, not stored. The text is the reason, a word
    /// of `ignored-NAME` in the Fluent files.
    Noise(&'static str),
}

/// What the user said about this import.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// `--me`: the owner's name as it stands in conversations.
    pub me: Option<String>,
    /// `--timezone`: zone of wall-clock times.
    pub zone: Option<chrono_tz::Tz>,
    /// `--date-order`: order of day and month where a file does not tell.
    pub date_order: DateOrder,
    /// `--whatsapp-key`: opens encrypted backups of WhatsApp.
    pub whatsapp_key: Option<WhatsappKey>,
}

/// What a bundle asks of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNeed {
    /// Nothing is encrypted.
    None,
    /// The key given opens something.
    Met,
    /// All there is to read is encrypted and no key was given.
    Missing,
    /// The key given opens nothing.
    Wrong,
}

impl KeyNeed {
    /// From whether the key fits each encrypted file. `given`: there is a key; `other`: something else can be read.
    #[must_use]
    pub fn of(fits: &[bool], given: bool, other: bool) -> Self {
        match (fits.is_empty(), fits.contains(&true)) {
            (true, _) => Self::None,
            (false, true) => Self::Met,
            (false, false) if given => Self::Wrong,
            (false, false) if other => Self::None,
            (false, false) => Self::Missing,
        }
    }
}

/// Order of day and month in numeric dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// Decide over the whole file.
    #[default]
    Auto,
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
}

/// Where a source's findings go. Shared by threads.
pub trait Sink: Sync {
    /// The download says whose it is (a profile does, the user's word or a guess does not). Other parts of it may not.
    fn owner(&self, _owner: AccountOwner) {}

    /// The download says in which zone its pages print times. Other parts of it may not.
    fn zone(&self, _zone: chrono_tz::Tz) {}

    /// One element of a download.
    ///
    /// # Errors
    /// [`Stop`] when the archive cannot take it or the user stops.
    fn record(&self, draft: Draft) -> Result<(), Stop>;

    /// `count` elements of `file` that are deliberately no records.
    fn skip(&self, file: usize, reason: SkipReason, count: u64);

    /// Something wrong in a file. `position` is the element's index when it is one element that is wrong.
    fn problem(&self, problem: Problem);

    /// `file` was read; it held `elements` elements.
    fn parsed(&self, file: usize, elements: u64);

    /// `file` has a shape this source does not know; it stays verbatim in the archive.
    fn kept_raw(&self, file: usize, reason: &'static str);
}

/// Reading must end now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The user asked for it.
    #[error("interrupted")]
    Interrupted,
    /// The sink cannot take more (disk full, archive failed); the sink knows why.
    #[error("the archive cannot take more")]
    Refused,
}

/// Whether a source that comes after `reader` in its family claims a file, and so reads it alone.
fn is_of_later_reader(reader: &SourceInfo, bundle: &Bundle, file: &File) -> bool {
    let later = SOURCES.iter().skip_while(|source| source.about().id != reader.id).skip(1);
    let mut kin = later.filter(|source| source.about().family == reader.family);
    kin.any(|source| source.role(bundle, file) == Some(Role::Read))
}

/// Files that operating systems put into folders.
pub const SYSTEM_FILES: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".nomedia"];

/// What every platform's downloads share: operating-system noise, and text or media by extension.
#[must_use]
pub fn default_role(file: &File) -> Role {
    let name = file.key.rsplit('/').next().unwrap_or(&file.key);
    if is_apple_double(&file.key) {
        return Role::Noise("apple-double");
    }
    if SYSTEM_FILES.contains(&name) {
        return Role::Noise("system-file");
    }
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("json" | "html" | "htm" | "txt" | "csv" | "js" | "xml" | "db" | "sqlite") => Role::Raw("unknown-file"),
        _ => Role::Media,
    }
}

/// Whether macOS put this file beside another of nearly the same name, or into a folder of its own in a ZIP.
#[must_use]
pub fn is_apple_double(path: &str) -> bool {
    path.split('/').any(|part| part == "__MACOSX") || path.rsplit('/').next().is_some_and(|name| name.starts_with("._"))
}
