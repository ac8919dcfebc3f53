//! A ZIP written entry by entry.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::photo;
use crate::text::Random;

/// An open ZIP.
pub struct Pack {
    writer: zip::ZipWriter<BufWriter<File>>,
    photos: u64,
    bytes: Vec<u8>,
}

impl Pack {
    /// Starts a new ZIP.
    pub fn create(path: &Path) -> Self {
        let file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
        Self { writer: zip::ZipWriter::new(file), photos: 0, bytes: Vec::new() }
    }

    /// Adds a compressed text.
    pub fn text(&mut self, name: &str, content: &str) {
        self.entry(name, content.as_bytes(), 6);
    }

    /// Adds a photo, compressed although nothing is gained, as the platforms do.
    pub fn photo(&mut self, name: &str, random: &mut Random) {
        let mut bytes = std::mem::take(&mut self.bytes);
        photo::fill(&mut bytes, random);
        self.entry(name, &bytes, 1);
        self.bytes = bytes;
        self.photos += 1;
    }

    fn entry(&mut self, name: &str, content: &[u8], level: i64) {
        let method = zip::CompressionMethod::Deflated;
        let options = SimpleFileOptions::default().compression_method(method).compression_level(Some(level));
        self.writer.start_file(name, options).unwrap();
        self.writer.write_all(content).unwrap();
    }

    /// Ends the ZIP; gives how many photos it holds.
    pub fn finish(self) -> u64 {
        self.writer.finish().unwrap().into_inner().unwrap().sync_all().unwrap();
        self.photos
    }
}
