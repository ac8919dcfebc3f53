//! Errors as a person meets them: what happened, then what to do next; and as scripts meet them: a code.
//!
//! Texts are the Fluent messages `error-CODE`, with the next step as their attribute `.next`. They never hold message
//! text, names of people or keys.

use std::error::Error;

use schemars::JsonSchema;
use serde::Serialize;

use super::exit::Exit;
use super::output::Output;
use crate::words::{Value, Words};

macro_rules! error_kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal => $exit:ident,)*) => {
        /// What went wrong. Its code is stable: scripts branch on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl ErrorKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The code in JSON, and the name of the texts.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// How the program ends.
            #[must_use]
            pub const fn exit(self) -> Exit {
                match self { $(Self::$kind => Exit::$exit,)* }
            }
        }
    };
}

error_kinds! {
    /// The reader of standard output went away; nothing is said.
    BrokenPipe = "broken-pipe" => Done,
    /// Standard output cannot be written.
    OutputFailed = "output-failed" => Failed,
    /// No such command.
    UnknownCommand = "unknown-command" => Usage,
    /// A group without its command.
    MissingCommand = "missing-command" => Usage,
    /// No such flag.
    UnknownFlag = "unknown-flag" => Usage,
    /// A value that a flag does not take.
    BadValue = "bad-value" => Usage,
    /// A required argument is not there.
    MissingArgument = "missing-argument" => Usage,
    /// A flag without its value.
    MissingValue = "missing-value" => Usage,
    /// Two flags that exclude each other.
    FlagConflict = "flag-conflict" => Usage,
    /// More arguments than the command takes.
    TooManyArguments = "too-many-arguments" => Usage,
    /// An argument is not valid Unicode.
    NotUnicode = "not-unicode" => Usage,
    /// Anything else about the command line.
    WrongUsage = "wrong-usage" => Usage,
    /// No such help topic.
    UnknownTopic = "unknown-topic" => Usage,
    /// The zone is not in the time-zone database.
    UnknownZone = "unknown-zone" => Usage,
    /// No country has this code.
    UnknownCountry = "unknown-country" => Usage,
    /// A text that should be an id is none.
    NotAnId = "not-an-id" => Usage,
    /// Nothing in the archive has this id.
    IdNotFound = "id-not-found" => NothingFound,
    /// No archive where one was looked for.
    NoArchive = "no-archive" => NoArchive,
    /// Another process uses the archive.
    ArchiveInUse = "archive-in-use" => InUse,
    /// A file of the archive is damaged or gone.
    ArchiveDamaged = "archive-damaged" => Integrity,
    /// Records of damaged files are absent from an export.
    ExportIncomplete = "export-incomplete" => Integrity,
    /// The import was done; files of the archive are damaged.
    ImportBesideDamage = "import-beside-damage" => Integrity,
    /// The archive's files cannot be read or written.
    ArchiveUnusable = "archive-unusable" => Failed,
    /// The disk of the archive is full.
    ArchiveDiskFull = "archive-disk-full" => Failed,
    /// The archive has no key file that could open it.
    NoKeyFile = "no-key-file" => Integrity,
    /// The recovery line has a typing error.
    BadRecoveryLine = "bad-recovery-line" => WrongPassword,
    /// The text holds no statement of evidence.
    NoStatement = "no-statement" => UnknownFile,
    /// The statement is about another archive.
    StatementOfOther = "statement-of-other" => Failed,
    /// No statement covers the record yet.
    NotStated = "not-stated" => Failed,
    /// The archive is not as a statement says.
    EvidenceDiffers = "evidence-differs" => Integrity,
    /// The recovery line is well formed, and no page of this archive.
    OtherRecoveryLine = "other-recovery-line" => WrongPassword,
    /// The key was renewed since this one was handed out.
    KeyReplaced = "key-replaced" => WrongPassword,
    /// What was given is no age recipient.
    BadRecipient = "bad-recipient" => Usage,
    /// Renewing the key takes away keys that nobody named.
    KeysWouldGo = "keys-would-go" => AnswerNeeded,
    /// No key has this id.
    NoSuchKey = "no-such-key" => NothingFound,
    /// The last key cannot be removed.
    LastKey = "last-key" => Failed,
    /// A span of time that is none.
    BadSpan = "bad-span" => Usage,
    /// Nothing on this machine keeps a session key off the disk.
    NoSessionPlace = "no-session-place" => Failed,
    /// The beginning of an id fits several.
    SeveralIds = "several-ids" => Usage,
    /// The search index cannot be used.
    IndexUnusable = "index-unusable" => Failed,
    /// The search index cannot be written where the archive lies.
    IndexReadOnly = "index-read-only" => Failed,
    /// No import has this id.
    NoSuchImport = "no-such-import" => NothingFound,
    /// Nobody in the archive has this name.
    PersonNotFound = "person-not-found" => NothingFound,
    /// Several people have this name.
    SeveralPeople = "several-people" => Usage,
    /// Several people may be meant.
    SeveralContacts = "several-contacts" => Usage,
    /// The person has no such identity.
    IdentityNotFound = "identity-not-found" => NothingFound,
    /// No name for a label or a saved search.
    BadLabel = "bad-label" => Usage,
    /// A note or a query is too long to keep.
    NoteTooLong = "note-too-long" => Usage,
    /// No search was saved under this name.
    NoSuchSearch = "no-such-search" => NothingFound,
    /// The owner of the archive is no other person.
    PersonIsOwner = "person-is-owner" => Usage,
    /// An erasure must be confirmed and nobody can be asked.
    ConfirmationNeeded = "confirmation-needed" => AnswerNeeded,
    /// The name of another person was typed.
    PersonNotConfirmed = "person-not-confirmed" => Usage,
    /// No backup drive is registered or there.
    NoDrives = "no-drives" => Drive,
    /// The backup drive is not there.
    DriveAbsent = "drive-absent" => Drive,
    /// The copy on the drive has lost the file that tells which drive it is.
    DriveUnmarked = "drive-unmarked" => Drive,
    /// The backup drive is full.
    DriveFull = "drive-full" => Drive,
    /// No run has made a whole copy on the drive yet.
    DriveUnfinished = "drive-unfinished" => Drive,
    /// The backup drive cannot be read or written.
    DriveUnusable = "drive-unusable" => Drive,
    /// The folder holds a copy of another archive.
    DriveForeign = "drive-foreign" => Drive,
    /// Another drive of this archive lies in the drive's place.
    DriveSwapped = "drive-swapped" => Drive,
    /// The copy is older than what the drive was given.
    DriveRolledBack = "drive-rolled-back" => Integrity,
    /// The copy and the archive have gone different ways.
    DriveForked = "drive-forked" => Integrity,
    /// The copy lacks the archive's newest state.
    DriveBehind = "drive-behind" => Drive,
    /// What was written to the drive reads back differently.
    DriveUnreliable = "drive-unreliable" => Integrity,
    /// A drive was given a newer state than the archive has.
    ArchiveOlder = "archive-older" => Integrity,
    /// The folder is a backup copy, where nothing is written.
    ArchiveIsCopy = "archive-is-copy" => Failed,
    /// The name that was typed is not the one that confirms.
    NotConfirmed = "not-confirmed" => Failed,
    /// The copy is newer than the archive.
    DriveNewer = "drive-newer" => Integrity,
    /// There is no copy of an archive.
    NoCopy = "no-copy" => NoArchive,
    /// There are several copies to choose from.
    SeveralCopies = "several-copies" => Usage,
    /// No drive has this name.
    UnknownDrive = "unknown-drive" => Usage,
    /// No name for a drive.
    BadDriveName = "bad-drive-name" => Usage,
    /// Another drive has this name.
    DriveNameTaken = "drive-name-taken" => Usage,
    /// The drive's folder lies inside the archive.
    DriveInsideArchive = "drive-inside-archive" => Usage,
    /// What is to be written, readable by anybody, would lie inside the archive.
    OutputInsideArchive = "output-inside-archive" => Usage,
    /// Damaged files of the source were not copied.
    SourceDamaged = "source-damaged" => Integrity,
    /// The archive's list of its objects is damaged.
    ListDamaged = "list-damaged" => Integrity,
    /// Damaged files of a copy were not restored; everything else was.
    RestoreIncomplete = "restore-incomplete" => Integrity,
    /// Another process writes to the drive.
    DriveBusy = "drive-busy" => InUse,
    /// The register of drives cannot be used.
    RegisterUnusable = "register-unusable" => Failed,
    /// A list of drives told nothing and was put aside.
    RegisterDamaged = "register-damaged" => Failed,
    /// The archive was written by a newer version.
    ArchiveTooNew = "archive-too-new" => Failed,
    /// The folder of a new archive already holds something.
    FolderNotEmpty = "folder-not-empty" => Failed,
    /// The passphrase opens no slot.
    WrongPassword = "wrong-password" => WrongPassword,
    /// A passphrase is needed and nobody can be asked.
    PasswordNeeded = "password-needed" => AnswerNeeded,
    /// A new passphrase is needed and nobody can be asked.
    NewPasswordNeeded = "new-password-needed" => AnswerNeeded,
    /// Whether a recovery kit is wanted must be said.
    RecoveryChoiceNeeded = "recovery-choice-needed" => AnswerNeeded,
    /// The two typed passphrases differ.
    PasswordsDiffer = "passwords-differ" => Failed,
    /// The passphrase is empty.
    PasswordEmpty = "password-empty" => Failed,
    /// The passphrase is too easy to guess.
    PasswordWeak = "password-weak" => Failed,
    /// The file with the passphrase cannot be read.
    PasswordFileUnreadable = "password-file-unreadable" => Failed,
    /// The command that should print the passphrase failed.
    PasswordCommandFailed = "password-command-failed" => Failed,
    /// The passphrase is not valid UTF-8.
    PasswordNotText = "password-not-text" => Failed,
    /// A file or folder of the user cannot be read.
    Unreadable = "unreadable" => Failed,
    /// A file or folder cannot be written.
    Unwritable = "unwritable" => Failed,
    /// The file to be written is already there.
    FileExists = "file-exists" => Failed,
    /// The disk is full.
    DiskFull = "disk-full" => Failed,
    /// A check found damage.
    Integrity = "integrity" => Integrity,
    /// A file is no download we know.
    UnknownDownload = "unknown-download" => UnknownFile,
    /// A ZIP ends early: its download was interrupted.
    TruncatedDownload = "truncated-download" => UnknownFile,
    /// A ZIP or folder holds nothing.
    EmptyDownload = "empty-download" => UnknownFile,
    /// A password protects the ZIP.
    EncryptedDownload = "encrypted-download" => UnknownFile,
    /// A file is packed in another form than ZIP.
    PackedDownload = "packed-download" => UnknownFile,
    /// A backup of WhatsApp is encrypted and there is no key.
    WhatsappKeyNeeded = "whatsapp-key-needed" => AnswerNeeded,
    /// The key opens none of the encrypted backups.
    WhatsappKeyWrong = "whatsapp-key-wrong" => WrongPassword,
    /// The key stands on the command line.
    WhatsappKeyInClear = "whatsapp-key-in-clear" => Usage,
    /// What was given is no key.
    NotAWhatsappKey = "not-a-whatsapp-key" => Failed,
    /// The user stopped the program.
    Interrupted = "interrupted" => Interrupted,
    /// A fault of this program.
    Internal = "internal" => Internal,
}

/// What failed, with what a person needs to know about it.
#[derive(Debug)]
pub struct CommandError {
    /// What went wrong.
    pub kind: ErrorKind,
    facts: Vec<(&'static str, Fact)>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// An argument of an error's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A path, a flag, an id.
    Text(String),
    /// A count.
    Number(u64),
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Fact {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&std::path::Path> for Fact {
    fn from(path: &std::path::Path) -> Self {
        Self::Text(path.display().to_string())
    }
}

/// An error as `--json` prints it on standard error.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorLine {
    /// Always `error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What went wrong; stable.
    pub code: &'static str,
    /// The exit code.
    pub exit: u8,
    /// What happened, for a person, in their language.
    pub message: String,
    /// What to do next, for a person.
    pub next: Option<String>,
    /// Technical causes, outermost first.
    pub causes: Vec<String>,
}

impl CommandError {
    /// An error whose texts take no argument yet.
    #[must_use]
    pub const fn new(kind: ErrorKind) -> Self {
        Self { kind, facts: Vec::new(), source: None }
    }

    /// Adds an argument of the texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.push((name, fact.into()));
        self
    }

    /// Adds the technical cause, shown with `-v`.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What happened, and what to do next.
    #[must_use]
    pub fn texts(&self, words: &Words) -> (String, Option<String>) {
        let arguments: Vec<(&str, Value<'_>)> = self
            .facts
            .iter()
            .map(|(name, fact)| {
                let value = match fact {
                    Fact::Text(text) => Value::from(text.as_str()),
                    Fact::Number(number) => Value::from(*number),
                };
                (*name, value)
            })
            .collect();
        let id = format!("error-{}", self.kind.code());
        let what = words.with(&id, &arguments);
        (what, words.find(&format!("{id}.next"), &arguments).filter(|next| !next.trim().is_empty()))
    }

    /// Tells the user.
    pub fn report(&self, words: &Words, output: &mut Output) {
        if self.kind == ErrorKind::BrokenPipe {
            return;
        }
        let (message, next) = self.texts(words);
        if output.is_json() {
            let (code, exit) = (self.kind.code(), self.kind.exit().code());
            output.json_note(&ErrorLine { kind: "error", code, exit, message, next, causes: self.causes() });
            return;
        }
        output.say(&words.with("line-error", &[("text", message.into())]));
        if let Some(next) = next {
            output.say(&words.with("line-next", &[("text", next.into())]));
        }
        for cause in self.causes() {
            output.detail(&words.with("line-cause", &[("text", cause.into())]));
        }
    }

    fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut source: Option<&(dyn Error + 'static)> = self.source.as_deref().map(|source| {
            let source: &(dyn Error + 'static) = source;
            source
        });
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        causes
    }
}
