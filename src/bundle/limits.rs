//! Every limit on untrusted input, with its reason. Reaching one is an error that names the file, never a silent cut.

/// Most entries read from one ZIP or folder. The largest real part seen held 16,000; a hostile one can name millions
/// in a few megabytes.
pub const ENTRIES_MAX: usize = 2_000_000;

/// Largest text file (JSON, HTML, TXT) read whole into memory. The largest real one seen was 60 MB.
pub const TEXT_BYTES_MAX: u64 = 512 << 20;

/// Entries up to this size are inflated whole into a reused buffer; larger ones are streamed.
pub const WHOLE_BYTES_MAX: u64 = 16 << 20;

/// Text entries up to this size are inflated in one go into memory reserved at once; above it, memory follows the real
/// bytes, so that a lying size reserves nothing. The largest real text seen was 60 MB.
pub const RESERVE_BYTES_MAX: u64 = 64 << 20;

/// Largest central directory of a ZIP. Real ones hold about 200 bytes for each entry, 3 MB for 16,000 entries.
pub const DIRECTORY_BYTES_MAX: u64 = 256 << 20;

/// Largest single entry, counted in real bytes. Platforms cut videos far below; above it an entry is a bomb.
pub const ENTRY_BYTES_MAX: u64 = 64 << 30;

/// Entries that claim to inflate to more than this many times their compressed size are refused when they are larger
/// than [`RATIO_EXEMPT_BYTES`]. Deflate cannot do better than about 1030:1; real JSON reaches 40:1.
pub const RATIO_MAX: u64 = 1_000;

/// Entries up to this size are exempt from [`RATIO_MAX`]: small files of blanks are harmless.
pub const RATIO_EXEMPT_BYTES: u64 = 10 << 20;

/// All entries of one ZIP together may inflate to this many times the ZIP's own size (or
/// [`TOTAL_EXEMPT_BYTES`], whichever is more).
pub const TOTAL_RATIO_MAX: u64 = 50;

/// A ZIP may always inflate to this many bytes, whatever its size.
pub const TOTAL_EXEMPT_BYTES: u64 = 1 << 30;

/// ZIPs that were packed again into a ZIP are held in memory, in one import so many bytes of them: chats with their photos seldom reach
/// 100 MB. Those that were stored as they are take no memory and may have any size.
pub const NESTED_BYTES_MAX: u64 = 512 << 20;

/// Such a ZIP is hardly smaller in its ZIP; one that is four times is made to be.
pub const NESTED_RATIO_MAX: u64 = 4;

/// The entries of a ZIP without directory are looked for in at most this many times its own bytes. A file that was cut
/// short needs two: one to inflate what does not tell its length, one to look behind what is broken.
pub const SALVAGE_PASSES_MAX: u64 = 4;

/// Longest entry name, in bytes. File systems allow 255 for one component and 4096 for a path.
pub const NAME_BYTES_MAX: usize = 4096;

/// Longest name by which a file is looked for beside another. File systems allow 255 letters, of up to four bytes each; a
/// longer text names no file, and is not compared: a line of a chat may be tried in hundreds of pieces.
pub const COMPONENT_BYTES_MAX: usize = 1024;

/// Deepest nesting of folders inside a container or below a folder given to import.
pub const DEPTH_MAX: usize = 64;

/// Largest database, held in memory while it is read. Those of people who write much reach 1 GB; a larger one is kept
/// verbatim and named. Its log of late changes may be as large.
pub const DATABASE_BYTES_MAX: u64 = 2 << 30;

/// An encrypted database may inflate to this many times its size. Real ones reach 5:1, an emptied one 100:1.
pub const DATABASE_RATIO_MAX: u64 = 1_000;

/// Largest value or row of a database. Messages end at 65,536 letters; thumbnails and lists of members stay below 1 MB.
pub const DATABASE_VALUE_BYTES_MAX: usize = 16 << 20;

/// Rows read at once end at so many bytes: rows can share their pages, so that a small file tells of large rows.
pub const DATABASE_CHUNK_BYTES_MAX: usize = 64 << 20;

/// A table that is held whole (contacts, chats, what stands beside a thousand messages) ends at so many bytes.
pub const DATABASE_TABLE_BYTES_MAX: usize = 512 << 20;

/// Most cards of one address book. Phones hold thousands.
pub const CARDS_MAX: usize = 200_000;

/// Files without a telling name whose beginnings are looked at in one container. People keep a few dozen pages beside
/// their downloads; whole web sites are not looked through.
pub const HEADS_MAX: usize = 10_000;

/// Bytes of such a beginning: pages begin with their styles, 20 to 60 KB.
pub const HEAD_BYTES: usize = 128 << 10;

/// The same of JSON, which begins with its members; a download may hold thousands of such files at its root.
pub const JSON_HEAD_BYTES: usize = 16 << 10;

/// Largest page that a browser saved as one file. It is held whole once, to find its parts; the largest conversation with its
/// photos has tens of megabytes.
pub const SAVED_PAGE_BYTES_MAX: usize = 512 << 20;
