//! Pages that a browser saved as one file (MHTML, RFC 2557): the page and its files are parts of one MIME message. They are
//! listed as if they had been saved as a page with a folder of files beside it.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use sha2::Digest as _;

use super::container::{Damage, Entry};
use super::limits;
use super::name::SafeName;
use super::zipped::Positioned;

/// Padding is often cut with the file.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How much of a file holds its own headers.
const HEADERS_MAX: usize = 64 << 10;

/// A saved page.
pub(super) struct Saved {
    file: Positioned,
    parts: Vec<Part>,
    /// Addresses of its files, and what they are called here.
    names: HashMap<String, String>,
    /// Where it was saved from.
    address: Option<String>,
}

/// A part of the message.
struct Part {
    start: u64,
    len: usize,
    coding: Coding,
    is_page: bool,
}

#[derive(Clone, Copy)]
enum Coding {
    Plain,
    Base64,
    Quoted,
}

/// What opening one gives.
pub(super) struct Opened {
    pub(super) saved: Saved,
    pub(super) entries: Vec<Entry>,
    pub(super) fingerprint: [u8; 32],
    /// It ends before its last part does.
    pub(super) cut: bool,
}

/// Names and values of headers, names in lower case.
type Headers = HashMap<String, String>;

/// Whether a file is a saved page, by its name and how it begins.
pub(super) fn is_saved_page(path: &Path) -> bool {
    let named =
        path.extension().is_some_and(|ending| ["mhtml", "mht"].iter().any(|known| ending.eq_ignore_ascii_case(known)));
    named
        && Positioned::open(path)
            .and_then(|file| head_of(&file))
            .is_ok_and(|head| boundary_of(&headers(&head).0).is_some())
}

fn head_of(file: &Positioned) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEADERS_MAX];
    let read = file.read(&mut head, 0)?;
    head.truncate(read);
    Ok(head)
}

/// Lists a saved page.
///
/// # Errors
/// The operating system's; [`io::ErrorKind::InvalidData`] for what is none, or is larger than is held.
pub(super) fn open(path: &Path) -> io::Result<Opened> {
    open_up_to(path, limits::ENTRIES_MAX)
}

fn open_up_to(path: &Path, parts_max: usize) -> io::Result<Opened> {
    let file = Positioned::open(path)?;
    let len = usize::try_from(file.len()).unwrap_or(usize::MAX);
    if len > limits::SAVED_PAGE_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; len];
    let read = file.read(&mut bytes, 0)?;
    bytes.truncate(read);
    let (own, _) = headers(&bytes);
    let boundary = boundary_of(&own).ok_or(io::ErrorKind::InvalidData)?;
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let (ranges, cut) = bodies(&bytes, &boundary);
    let mut saved = Saved { file, parts: Vec::new(), names: HashMap::new(), address: None };
    // More parts than are listed are told like a file that is cut.
    let cut = cut || ranges.len() > parts_max;
    let mut entries = Vec::new();
    for range in ranges.into_iter().take(parts_max) {
        let Some(part) = bytes.get(range.clone()) else { continue };
        let (headers, body) = headers(part);
        let is_html =
            headers.get("content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        let is_page = is_html && !saved.parts.iter().any(|part| part.is_page);
        let address = headers.get("content-location").cloned();
        let name = if is_page {
            saved.address.clone_from(&address);
            format!("{stem}.html")
        } else {
            let name = format!("{stem}_files/{}", name_of(address.as_deref().unwrap_or_default(), entries.len()));
            let id = headers.get("content-id").map(|id| format!("cid:{}", id.trim_matches(['<', '>'])));
            for address in address.into_iter().chain(id) {
                saved.names.entry(address).or_insert_with(|| name.clone());
            }
            name
        };
        let coding = match headers.get("content-transfer-encoding").map(|coding| coding.to_ascii_lowercase()).as_deref()
        {
            Some("base64") => Coding::Base64,
            Some("quoted-printable") => Coding::Quoted,
            _ => Coding::Plain,
        };
        let start = u64::try_from(range.start + body).unwrap_or(u64::MAX);
        saved.parts.push(Part { start, len: part.len().saturating_sub(body), coding, is_page });
        let damage = Damage::of_name(SafeName::judge(&name));
        entries.push(Entry { path: name, size: 0, crc32: None, damage, locator: entries.len() });
    }
    for entry in &mut entries {
        // Sizes and checksums need all names.
        let plain = saved.plain(entry, |part| {
            let start = usize::try_from(part.start).unwrap_or(usize::MAX);
            Ok(bytes.get(start..start.saturating_add(part.len)).unwrap_or_default().to_vec())
        })?;
        entry.size = u64::try_from(plain.len()).unwrap_or(u64::MAX);
        entry.crc32 = Some(crc32fast::hash(&plain));
    }
    Ok(Opened { saved, entries, fingerprint: sha2::Sha256::digest(&bytes).into(), cut })
}

impl Saved {
    /// The plain bytes of a part; the page with the names that its files have here.
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>, Damage> {
        let raw = |part: &Part| {
            let mut raw = vec![0; part.len];
            self.file.read_exact(&mut raw, part.start).map(|()| raw)
        };
        self.plain(entry, raw).map_err(|error| Damage::of_io(&error))
    }

    fn plain(&self, entry: &Entry, raw: impl Fn(&Part) -> io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
        let part = self.parts.get(entry.locator).ok_or(Damage::Unreadable)?;
        let plain = decoded(raw(part)?, part.coding);
        Ok(if part.is_page { self.page(&plain) } else { plain })
    }

    /// The page as it would lie beside its files.
    fn page(&self, html: &[u8]) -> Vec<u8> {
        const SOURCE: &[u8] = b"src=\"";
        let mut page = Vec::with_capacity(html.len() + 256);
        if let Some(address) = self.address.as_deref().filter(|address| address.starts_with("file:")) {
            page.extend_from_slice(format!("<!-- saved from url=({:04}){address} -->\n", address.len()).as_bytes());
        }
        let mut rest = html;
        while let Some(at) = memmem::find(rest, SOURCE) {
            let (before, after) = rest.split_at_checked(at + SOURCE.len()).unwrap_or((rest, &[]));
            page.extend_from_slice(before);
            let end = memchr::memchr(b'"', after).unwrap_or(after.len());
            let (address, left) = after.split_at_checked(end).unwrap_or((after, &[]));
            let plain = String::from_utf8_lossy(address).replace("&amp;", "&");
            match self.names.get(&plain) {
                Some(name) => page.extend_from_slice(escaped(name).as_bytes()),
                None => page.extend_from_slice(address),
            }
            rest = left;
        }
        page.extend_from_slice(rest);
        page
    }
}

/// Headers of a message or part, and where its body begins.
fn headers(bytes: &[u8]) -> (Headers, usize) {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if at > HEADERS_MAX {
            break;
        }
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
        at += length;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        match (line.strip_prefix([' ', '\t']), line.split_once(':'), found.last_mut()) {
            (Some(more), _, Some((_, value))) => value.push_str(more.trim_start()),
            (None, Some((name, value)), _) => found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            _ => {}
        }
    }
    (found.into_iter().collect(), at)
}

/// What divides the parts of a message.
fn boundary_of(headers: &Headers) -> Option<String> {
    let kind = headers.get("content-type")?;
    kind.get(..17).filter(|start| start.eq_ignore_ascii_case("multipart/related"))?;
    let value = kind.get(kind.to_ascii_lowercase().find("boundary=")? + "boundary=".len()..)?;
    let value = value.strip_prefix('"').map_or_else(|| value.split(';').next(), |quoted| quoted.split('"').next())?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Where the parts lie, and whether the end of the last one is missing.
fn bodies(bytes: &[u8], boundary: &str) -> (Vec<std::ops::Range<usize>>, bool) {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    for at in memmem::find_iter(bytes, mark.as_bytes()) {
        let begins_line = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        if !begins_line {
            continue;
        }
        if let Some(start) = start.take() {
            // The line end before a boundary belongs to it.
            let body = bytes.get(start..at).unwrap_or_default();
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            found.push(start..start + body.strip_suffix(b"\r").unwrap_or(body).len());
        }
        let after = bytes.get(at + mark.len()..).unwrap_or_default();
        if after.starts_with(b"--") {
            return (found, false);
        }
        start = memchr::memchr(b'\n', after).map(|end| at + mark.len() + end + 1);
    }
    found.extend(start.map(|start| start..bytes.len()));
    (found, true)
}

/// What a file is called: the last part of its address, with a number where that says nothing or could be another's.
fn name_of(address: &str, number: usize) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = super::view::percent_decoded(name).unwrap_or_else(|| name.to_owned());
    if name.contains(['/', '\\']) || name.is_empty() || path.starts_with("data:") {
        return format!("file-{number}");
    }
    if number < 2 { name } else { format!("{number}-{name}") }
}

/// A name as an address has it.
fn escaped(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    let letter = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    name.bytes().map(letter).collect()
}

fn decoded(raw: Vec<u8>, coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Plain => raw,
        Coding::Quoted => printable(&raw),
        Coding::Base64 => {
            let letters: Vec<u8> = raw.into_iter().filter(|b| STANDARD.as_str().as_bytes().contains(b)).collect();
            // One letter too many tells no byte.
            let whole = letters.len() - usize::from(letters.len() % 4 == 1);
            LENIENT.decode(letters.get(..whole).unwrap_or_default()).unwrap_or_default()
        }
    }
}

/// Quoted-printable text. What is wrong in it stays as it stands.
fn printable(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        plain.extend_from_slice(before);
        let after = after.get(1..).unwrap_or_default();
        let code = after.get(..2).and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        rest = if let Some(byte) = code {
            plain.push(byte);
            after.get(2..).unwrap_or_default()
        } else if let Some(next) = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")) {
            next
        } else {
            plain.push(b'=');
            after
        };
    }
    plain.extend_from_slice(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///C:/d/messages/inbox/zoe_1/message_1.html\r\n\
        Subject: Zoé\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\
        \tboundary=\"----Mark--x----\"\r\n\r\n\r\n------Mark--x----\r\nContent-Type: text/html\r\n\
        Content-Transfer-Encoding: quoted-printable\r\nContent-Location: file:///C:/d/messages/inbox/zoe_1/message_1.html\r\n\r\n\
        <p>Zo=C3=A9 =\r\n1=3D1</p><img src=3D\"file:///C:/d/photos/1.jpg?a=3D1&amp;b\"><img src=3D\"cid:two\">\r\n\
        ------Mark--x----\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Location: file:///C:/d/photos/1.jpg?a=1&b\r\n\r\n/9j/\r\n4AE=\r\n------Mark--x----\r\nContent-Type: image/png\r\n\
        Content-ID: <two>\r\nContent-Transfer-Encoding: binary\r\n\r\nabc\r\n------Mark--x------\r\n";

    fn open_text(message: &[u8]) -> (Opened, tempfile::TempDir) {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("Zoé.mhtml");
        fs_err::write(&path, message).unwrap();
        assert!(is_saved_page(&path));
        (open(&path).unwrap(), scratch)
    }

    #[test]
    fn a_page_and_its_files_come_apart() {
        let (opened, _scratch) = open_text(MESSAGE.as_bytes());
        let names: Vec<&str> = opened.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(names, ["Zoé.html", "Zoé_files/1.jpg", "Zoé_files/file-2"]);
        let read = |at: usize| opened.saved.read(&opened.entries[at]).unwrap();
        let page = String::from_utf8(read(0)).unwrap();
        assert_eq!(
            page,
            "<!-- saved from url=(0048)file:///C:/d/messages/inbox/zoe_1/message_1.html -->\n<p>Zoé 1=1</p>\
             <img src=\"Zo%C3%A9_files/1.jpg\"><img src=\"Zo%C3%A9_files/file-2\">"
        );
        assert_eq!((read(1), read(2)), (b"\xff\xd8\xff\xe0\x01".to_vec(), b"abc".to_vec()));
        assert_eq!((opened.entries[0].size, opened.cut), (u64::try_from(page.len()).unwrap(), false));
    }

    #[test]
    fn a_page_of_too_many_parts_is_told_as_cut() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("Zoé.mhtml");
        fs_err::write(&path, MESSAGE).unwrap();
        for (parts_max, listed, cut) in [(4, 3, false), (3, 3, false), (2, 2, true), (1, 1, true)] {
            let opened = open_up_to(&path, parts_max).unwrap();
            assert_eq!((opened.entries.len(), opened.cut), (listed, cut), "{parts_max}");
            assert!(opened.entries.iter().all(|entry| opened.saved.read(entry).is_ok()), "{parts_max}");
        }
    }

    #[test]
    fn a_page_that_is_cut_gives_what_there_is() {
        for length in 0..MESSAGE.len() {
            let scratch = tempfile::tempdir().unwrap();
            let path = scratch.path().join("a.mht");
            fs_err::write(&path, &MESSAGE.as_bytes()[..length]).unwrap();
            let Ok(opened) = open(&path) else { continue };
            assert!(opened.cut || length + 2 >= MESSAGE.len(), "{length}");
            assert!(opened.entries.iter().all(|entry| opened.saved.read(entry).is_ok()), "{length}");
        }
        assert!(open_text(&MESSAGE.as_bytes()[..MESSAGE.len() - 40]).0.entries.len() == 3);
    }
}
