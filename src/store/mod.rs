//! The archive on disk: sealed objects, commits, key slots. Format 1.
//!
//! Owns every file below the archive's folder except the index. Written files must open for ever. Knows no platform
//! and no search; asks no clock (times are passed in).

mod archive;
mod commit;
mod commit_facts;
mod create;
mod disk;
mod durable;
mod error;
mod incoming;
mod layout;
mod leftovers;
mod line;
mod list;
mod media;
mod medium;
mod object;
mod public;
mod reader;
mod renew;
mod sample;
mod segment;
mod slots;
mod tarball;
mod verify;
mod writer;

pub use archive::{Archive, Tip, peek};
pub use commit::{Commit, DownloadOwner, ImportEntry, KeyNote, ObjectEntry, ObjectKind};
pub use commit_facts::CommitFacts;
pub use create::{CreateOptions, Created};
pub use disk::{Disk, DiskFile, Step, Watcher};
pub use error::StoreError;
pub use layout::{FORMAT, Layout, README};
pub use line::{folded, line_id, line_is_folded, line_retracts, line_state, retraction};
pub use list::ListKind;
pub use media::{MediaEntry, MediaIndex, Piece};
pub use object::{hash, hash_file, is_object_name};
pub use public::{PublicCommit, public_commits, public_objects, public_slots};
pub use reader::{LineVisitor, Located, RecordReader};
pub use renew::Renewal;
pub use sample::{Bucket, Extent};
pub use segment::Location;
pub use slots::{SlotFile, SlotKind, is_slot};
pub use verify::{
    Finding, FindingKind, Reading, VerifyDepth, VerifyReport, check_public, check_public_part, verify, verify_with,
};
pub use writer::{MediaSource, PutMedia, Writer};
