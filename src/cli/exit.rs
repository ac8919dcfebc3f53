//! Exit codes: what scripts may rely on. An unknown code is a failure.

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Nothing found.
    NothingFound,
    /// Wrong usage.
    Usage,
    /// Done, some items skipped, damaged, missing or not read.
    Partial,
    /// Failed.
    Failed,
    /// No archive here.
    NoArchive,
    /// Archive in use by another process.
    InUse,
    /// Wrong passphrase.
    WrongPassword,
    /// An answer is needed but may not be asked.
    AnswerNeeded,
    /// Integrity check failed.
    Integrity,
    /// Backup drive absent, full or not writable.
    Drive,
    /// A file is no download we know.
    UnknownFile,
    /// A fault of this program.
    Internal,
    /// Interrupted.
    Interrupted,
}

impl Exit {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Done,
        Self::NothingFound,
        Self::Usage,
        Self::Partial,
        Self::Failed,
        Self::NoArchive,
        Self::InUse,
        Self::WrongPassword,
        Self::AnswerNeeded,
        Self::Integrity,
        Self::Drive,
        Self::UnknownFile,
        Self::Internal,
        Self::Interrupted,
    ];

    /// The number the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NothingFound => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Failed => 4,
            Self::NoArchive => 10,
            Self::InUse => 11,
            Self::WrongPassword => 12,
            Self::AnswerNeeded => 13,
            Self::Integrity => 14,
            Self::Drive => 15,
            Self::UnknownFile => 16,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}
