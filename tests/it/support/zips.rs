//! Makers of ZIPs: sound ones, and ones that lie in any field.
//!
//! Everything is written by hand, byte by byte, so that each field can be made wrong on its own.

use std::path::Path;

/// Stored as it is.
pub const STORED: u16 = 0;
/// Compressed.
pub const DEFLATED: u16 = 8;

/// One entry to write. `None` in the `local_` and `listed_` fields means the truth.
#[derive(Clone, Debug)]
pub struct Item {
    /// Name in the directory, as bytes.
    pub name: Vec<u8>,
    /// Name beside the data.
    pub local_name: Option<Vec<u8>>,
    /// What the data are before compression.
    pub content: Vec<u8>,
    /// The data in the file; made from the content when absent.
    pub data: Option<Vec<u8>>,
    /// Method in both headers.
    pub method: u16,
    /// Method beside the data.
    pub local_method: Option<u16>,
    /// General purpose flags in both headers.
    pub flags: u16,
    /// Size in the directory and beside the data.
    pub size: Option<u32>,
    /// Size beside the data only.
    pub local_size: Option<u32>,
    /// Compressed size in the directory.
    pub listed_compressed: Option<u32>,
    /// Checksum in both headers.
    pub crc32: Option<u32>,
    /// Offset of the local header in the directory.
    pub listed_offset: Option<u32>,
    /// Host of "version made by": 0 FAT, 3 Unix.
    pub host: u8,
    /// External attributes; a Unix mode stands in the upper half.
    pub attributes: u32,
    /// Extra fields of the directory record.
    pub extra: Vec<u8>,
    /// Extra fields of the local header.
    pub local_extra: Vec<u8>,
    /// Sizes and checksum stand after the data: with a signature, with sizes of eight bytes.
    pub descriptor: Option<(bool, bool)>,
}

impl Item {
    /// A sound, compressed entry.
    pub fn new(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            content: content.as_ref().to_vec(),
            data: None,
            method: DEFLATED,
            local_method: None,
            flags: 0,
            size: None,
            local_size: None,
            listed_compressed: None,
            crc32: None,
            listed_offset: None,
            host: 3,
            attributes: 0o100_644 << 16,
            extra: Vec::new(),
            local_extra: Vec::new(),
            descriptor: None,
        }
    }

    /// The same, not compressed.
    pub fn stored(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        Self { method: STORED, ..Self::new(name, content) }
    }

    /// The same, written by a tool that learns sizes and checksum only while it writes.
    pub fn streamed(self, signed: bool, wide: bool) -> Self {
        Self { descriptor: Some((signed, wide)), flags: self.flags | 8, ..self }
    }
}

/// A ZIP being written.
#[derive(Default)]
pub struct Maker {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u64,
}

impl Maker {
    /// Writes an entry.
    pub fn item(mut self, item: Item) -> Self {
        self.push(item);
        self
    }

    /// Writes an entry.
    pub fn push(&mut self, item: Item) {
        let offset = u32::try_from(self.bytes.len()).unwrap();
        let data = item.data.unwrap_or_else(|| match item.method {
            DEFLATED => deflate(&item.content),
            _ => item.content.clone(),
        });
        let crc = item.crc32.unwrap_or_else(|| crc32fast::hash(&item.content));
        let compressed = u32::try_from(data.len()).unwrap();
        let size = item.size.unwrap_or_else(|| u32::try_from(item.content.len()).unwrap());
        let local_name = item.local_name.as_ref().unwrap_or(&item.name);
        self.bytes.extend_from_slice(b"PK\x03\x04");
        put16(&mut self.bytes, &[20, item.flags, item.local_method.unwrap_or(item.method), 0, 0x5821]);
        match item.descriptor {
            Some(_) => put32(&mut self.bytes, &[0, 0, 0]),
            None => put32(&mut self.bytes, &[crc, compressed, item.local_size.unwrap_or(size)]),
        }
        put16(&mut self.bytes, &[len16(local_name), len16(&item.local_extra)]);
        self.bytes.extend_from_slice(local_name);
        self.bytes.extend_from_slice(&item.local_extra);
        self.bytes.extend_from_slice(&data);
        if let Some((signed, wide)) = item.descriptor {
            self.bytes.extend_from_slice(if signed { b"PK\x07\x08" } else { b"" });
            put32(&mut self.bytes, &[crc]);
            if wide {
                put64(&mut self.bytes, &[compressed.into(), size.into()]);
            } else {
                put32(&mut self.bytes, &[compressed, size]);
            }
        }
        self.directory.extend_from_slice(b"PK\x01\x02");
        self.directory.extend_from_slice(&[20, item.host]);
        put16(&mut self.directory, &[20, item.flags, item.method, 0, 0x5821]);
        put32(&mut self.directory, &[crc, item.listed_compressed.unwrap_or(compressed), size]);
        put16(&mut self.directory, &[len16(&item.name), len16(&item.extra), 0, 0, 0]);
        put32(&mut self.directory, &[item.attributes, item.listed_offset.unwrap_or(offset)]);
        self.directory.extend_from_slice(&item.name);
        self.directory.extend_from_slice(&item.extra);
        self.count += 1;
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Ends the ZIP. More than 65,535 entries, or `zip64`, give zip64 end records.
    pub fn finish(mut self, zip64: bool) -> Vec<u8> {
        let (start, size) = (self.bytes.len(), self.directory.len());
        self.bytes.append(&mut self.directory);
        let wide = zip64 || self.count > u64::from(u16::MAX);
        if wide {
            let end64 = self.bytes.len();
            self.bytes.extend_from_slice(b"PK\x06\x06");
            put64(&mut self.bytes, &[44]);
            put16(&mut self.bytes, &[45, 45]);
            put32(&mut self.bytes, &[0, 0]);
            put64(&mut self.bytes, &[self.count, self.count, size.try_into().unwrap(), start.try_into().unwrap()]);
            self.bytes.extend_from_slice(b"PK\x06\x07");
            put32(&mut self.bytes, &[0]);
            put64(&mut self.bytes, &[end64.try_into().unwrap()]);
            put32(&mut self.bytes, &[1]);
        }
        let full = |value: usize| if wide { u32::MAX } else { u32::try_from(value).unwrap() };
        let count = if wide { u16::MAX } else { u16::try_from(self.count).unwrap() };
        self.bytes.extend_from_slice(b"PK\x05\x06");
        put16(&mut self.bytes, &[0, 0, count, count]);
        put32(&mut self.bytes, &[full(size), full(start)]);
        put16(&mut self.bytes, &[0]);
        self.bytes
    }
}

/// A sound ZIP of these files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut maker = Maker::default();
    for (name, content) in files {
        maker.push(Item::new(name, content));
    }
    maker.finish(false)
}

/// A sound ZIP of everything in a folder, below `prefix`.
pub fn zip_of_folder(folder: &Path, prefix: &str) -> Vec<u8> {
    let mut maker = Maker::default();
    let mut pending = vec![(folder.to_owned(), prefix.to_owned())];
    while let Some((folder, prefix)) = pending.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let item = item.unwrap();
            let name = format!("{prefix}{}", item.file_name().to_str().unwrap());
            if item.file_type().unwrap().is_dir() {
                pending.push((item.path(), name + "/"));
            } else {
                maker.push(Item::new(name, std::fs::read(item.path()).unwrap()));
            }
        }
    }
    maker.finish(false)
}

/// Raw deflate of these bytes.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut out = vec![0; compressor.deflate_compress_bound(bytes.len())];
    let len = compressor.deflate_compress(bytes, &mut out).unwrap();
    out.truncate(len);
    out
}

/// Raw deflate of `mebibytes` of zeros, and their CRC-32, made without inflating them anywhere.
pub fn deflated_zeros(mebibytes: usize) -> (Vec<u8>, u32) {
    let zeros = vec![0; 1 << 20];
    let mut compressor = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    // A block that ends on a byte boundary and refers to nothing before it can be repeated.
    compressor.compress_vec(&zeros, &mut block, flate2::FlushCompress::Full).unwrap();
    let mut crc = crc32fast::Hasher::new();
    let mut one = crc32fast::Hasher::new();
    one.update(&zeros);
    for _ in 0..mebibytes {
        crc.combine(&one);
    }
    let mut data = block.repeat(mebibytes);
    data.extend_from_slice(&[0x03, 0x00]);
    (data, crc.finalize())
}

fn put16(bytes: &mut Vec<u8>, values: &[u16]) {
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put32(bytes: &mut Vec<u8>, values: &[u32]) {
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn put64(bytes: &mut Vec<u8>, values: &[u64]) {
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn len16(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).unwrap()
}
