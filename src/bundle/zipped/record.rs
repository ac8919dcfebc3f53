//! One record of the central directory: its fields, its name, and what it alone shows to be wrong.

use super::super::container::Damage;
use super::super::limits;
use super::super::name::SafeName;
use super::bytes::{Bytes, extra};
use super::cp437;

pub(super) const RECORD: &[u8] = b"PK\x01\x02";
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
/// Bytes of a record before its name.
pub(super) const RECORD_LEN: usize = 46;
/// Bytes of a local header before its name.
pub(super) const LOCAL_LEN: u64 = 30;

const UNIX_FOLDER: u32 = 0o040_000;
const UNIX_FILE: u32 = 0o100_000;
const UNIX_LINK: u32 = 0o120_000;

/// Hosts in "version made by" whose external attributes carry a Unix mode: Unix, macOS.
const UNIX_HOSTS: [u8; 2] = [3, 19];
/// Hosts whose tools may write `\` between folders: FAT, NTFS, VFAT.
const DOS_HOSTS: [u8; 3] = [0, 10, 14];

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_TRAILING: u16 = 1 << 3;
const FLAG_PATCHED: u16 = 1 << 5;
const FLAG_STRONG: u16 = 1 << 6;
const FLAG_UTF8: u16 = 1 << 11;
const FLAG_MASKED: u16 = 1 << 13;

pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;
const AES: u16 = 99;

const EXTRA_ZIP64: u16 = 1;
const EXTRA_UNICODE_PATH: u16 = 0x7075;

/// One record of the directory.
pub(super) struct Record<'a> {
    host: u8,
    flags: u16,
    pub(super) method: u16,
    pub(super) crc32: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    disk: u32,
    attributes: u32,
    pub(super) offset: u64,
    pub(super) name: &'a [u8],
    extra: &'a [u8],
}

impl<'a> Record<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Bytes(bytes.strip_prefix(RECORD)?);
        let [_, host] = fields.u16()?.to_le_bytes();
        fields.u16()?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.u32()?;
        let (crc32, compressed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name_len, extra_len) = (fields.u16()?, fields.u16()?);
        fields.u16()?;
        let disk = fields.u16()?;
        fields.u16()?;
        let (attributes, offset) = (fields.u32()?, fields.u32()?);
        let name = fields.take(usize::from(name_len))?;
        let extra = fields.take(usize::from(extra_len))?;
        let mut record = Self {
            host,
            flags,
            method,
            crc32,
            compressed: u64::from(compressed),
            size: u64::from(size),
            disk: u32::from(disk),
            attributes,
            offset: u64::from(offset),
            name,
            extra,
        };
        record.widen();
        Some(record)
    }

    /// The same from a local header with its name and extra fields, where there is no directory. It tells no host and
    /// no attributes.
    pub(super) fn parse_local(bytes: &'a [u8], offset: u64) -> Option<Self> {
        let mut fields = Bytes(bytes.strip_prefix(LOCAL)?);
        fields.u16()?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.u32()?;
        let (crc32, compressed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name_len, extra_len) = (fields.u16()?, fields.u16()?);
        let name = fields.take(usize::from(name_len))?;
        let extra = fields.take(usize::from(extra_len))?;
        let (compressed, size) = (u64::from(compressed), u64::from(size));
        let (host, disk, attributes) = (UNIX_HOSTS[0], 0, 0);
        let mut record = Self { host, flags, method, crc32, compressed, size, disk, attributes, offset, name, extra };
        record.widen();
        Some(record)
    }

    /// Whether sizes and checksum stand after the data, and those here mean nothing.
    pub(super) const fn sizes_follow(&self) -> bool {
        self.flags & FLAG_TRAILING != 0
    }

    /// Whether the data are encrypted.
    pub(super) const fn is_encrypted(&self) -> bool {
        self.flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED) != 0 || self.method == AES
    }

    /// Puts in the zip64 values of the fields that are full. Without the extra field a full one means itself.
    fn widen(&mut self) {
        let Some(mut wide) = extra(self.extra, EXTRA_ZIP64).map(Bytes) else { return };
        for field in [&mut self.size, &mut self.compressed, &mut self.offset] {
            if *field == u64::from(u32::MAX) {
                *field = wide.u64().unwrap_or(*field);
            }
        }
        if self.disk == u32::from(u16::MAX) {
            self.disk = wide.u32().unwrap_or(self.disk);
        }
    }

    /// The name: UTF-8 when it says so or is so (many tools forget the flag), else from the extra field made for it,
    /// else code page 437. Without `./` and `/` at its beginning, which some programs write: they lead nowhere else.
    pub(super) fn path(&self) -> String {
        let path = match (str::from_utf8(self.name), self.unicode_path()) {
            (_, Some(path)) if self.flags & FLAG_UTF8 == 0 => path.to_owned(),
            (Ok(path), _) => path.to_owned(),
            (Err(_), _) => cp437::decode(self.name),
        };
        let path = if DOS_HOSTS.contains(&self.host) && !path.contains('/') { path.replace('\\', "/") } else { path };
        let mut inner = path.as_str();
        while let Some(rest) = inner.strip_prefix("./").or_else(|| inner.strip_prefix('/')) {
            inner = rest;
        }
        inner.to_owned()
    }

    fn unicode_path(&self) -> Option<&'a str> {
        let mut fields = Bytes(extra(self.extra, EXTRA_UNICODE_PATH)?);
        let version = fields.take(1)?;
        let crc = fields.u32()?;
        (version == [1] && crc == crc32fast::hash(self.name)).then(|| str::from_utf8(fields.0).ok())?
    }

    /// Whether it lists a folder.
    pub(super) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() && !self.name.is_empty() || path.ends_with('/') || self.unix_kind() == UNIX_FOLDER
    }

    /// Kind bits of the Unix mode, 0 when there are none.
    fn unix_kind(&self) -> u32 {
        if UNIX_HOSTS.contains(&self.host) { (self.attributes >> 16) & 0o170_000 } else { 0 }
    }

    /// What the record alone shows to be wrong.
    pub(super) fn damage(&self, path: &str, folder: bool) -> Option<Damage> {
        if let Some(damage) = Damage::of_name(SafeName::judge(path.trim_end_matches('/'))) {
            return Some(damage);
        }
        match self.unix_kind() {
            0 | UNIX_FILE | UNIX_FOLDER => {}
            UNIX_LINK => return Some(Damage::Symlink),
            _ => return Some(Damage::SpecialFile),
        }
        if folder {
            return Some(Damage::Mismatch);
        }
        if self.is_encrypted() {
            return Some(Damage::Encrypted);
        }
        if ![STORED, DEFLATED].contains(&self.method) || self.flags & FLAG_PATCHED != 0 {
            return Some(Damage::Method);
        }
        let expanded = self.compressed.saturating_mul(limits::RATIO_MAX) < self.size;
        if self.size > limits::ENTRY_BYTES_MAX || (expanded && self.size > limits::RATIO_EXEMPT_BYTES) {
            return Some(Damage::Bomb);
        }
        let impossible = self.disk != 0 || (self.method == STORED && self.size != self.compressed);
        impossible.then_some(Damage::Corrupt)
    }
}

/// Bytes of name, extra fields and comment after the fixed part; `None` when this is no directory record.
pub(super) fn variable_len(fixed: &[u8]) -> Option<usize> {
    let mut fields = Bytes(fixed.strip_prefix(RECORD)?);
    fields.take(24)?;
    let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
    Some(usize::from(name) + usize::from(extra) + usize::from(comment))
}
