//! No memory image of this process, with keys in it, may reach the disk.

/// Forbids core files, and reading of this process's memory by others of the same user.
#[cfg(target_os = "linux")]
pub(super) fn no_memory_images() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    // A system that refuses leaves things as they are everywhere else.
    let _limited = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _hidden = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Forbids core files.
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn no_memory_images() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _limited = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Windows writes no core files by itself.
#[cfg(not(unix))]
pub(super) fn no_memory_images() {}
