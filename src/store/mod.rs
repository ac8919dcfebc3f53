//! The archive on disk: sealed objects, commits, key slots. Format 1.
//!
//! Owns every file below the archive's folder except the index. Written files must open for ever. Knows no platform
//! and no search; asks no clock (times are passed in).

mod archive;
mod commit;
mod commit_facts;
mod compact;
mod create;
mod disk;
mod durable;
mod error;
mod incoming;
mod layout;
mod leftovers;
mod line;
mod list;
mod lost;
mod media;
mod medium;
mod object;
mod originals;
mod public;
mod reader;
mod reencrypt;
mod renew;
mod rewrite;
mod sample;
mod segment;
mod slots;
mod tarball;
mod verify;
mod writer;

pub use archive::{Archive, Tip, peek};
pub use commit::{
    Commit, DownloadOwner, DownloadZone, ImportEntry, KeyNote, ObjectEntry, ObjectKind, Removal, RemovalReason,
};
pub use commit_facts::{CommitFacts, Replacement};
pub use compact::{Compaction, compact, plan_compaction};
pub use create::{Begun, CreateOptions, Created};
pub use disk::{Disk, DiskFile, Step, Watcher};
pub use error::StoreError;
pub use layout::{FORMAT, Layout, README};
pub use leftovers::{finish_removals, has_removals, lacks_lists, object_folders, restore_lists};
pub use line::{folded, line_id, line_is_folded, line_retracts, line_state, retraction};
pub use list::ListKind;
pub use lost::note_damaged;
pub use media::{MediaEntry, MediaIndex, MediaStream, Piece};
pub use object::{hash, hash_file, is_object_name};
pub use originals::{OriginalLine, OriginalVisitor};
pub use public::{PublicCommit, erasures, public_commits, public_lines, public_objects, public_slots, was_taken_away};
pub use reader::{Ahead, LineVisitor, Located, RecordReader};
pub use reencrypt::{ReencryptProgress, reencrypt};
pub use renew::Renewal;
pub use rewrite::{Changes, LineFate, rewrite};
pub use sample::{Bucket, Extent};
pub use segment::Location;
pub use slots::{SlotFile, SlotKind, is_slot};
pub use verify::{
    Finding, FindingKind, Reading, VerifyDepth, VerifyReport, check_public, check_public_part, verify, verify_with,
};
pub use writer::{MediaSource, PutMedia, Writer};
