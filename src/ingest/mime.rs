//! Media types: sniffed from the first bytes, because extensions lie (JPEG inside `.webp`, none at all), else guessed
//! from the name.

use crate::model::AttachmentKind;

/// Bytes of a file's head that [`mime_of`] looks at.
pub const HEAD_LEN: usize = 64;

/// Media type of a file by its head, else by its name, else `application/octet-stream`.
#[must_use]
pub fn mime_of(head: &[u8], name: &str) -> &'static str {
    sniff(head, name).or_else(|| mime_of_name(name)).unwrap_or("application/octet-stream")
}

/// Media type by extension.
#[must_use]
pub fn mime_of_name(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    EXTENSIONS.iter().find(|(known, _)| *known == extension).map(|(_, mime)| *mime)
}

/// What an attachment is when only its media type tells.
#[must_use]
pub fn kind_of(mime: Option<&str>) -> AttachmentKind {
    match mime {
        Some("image/gif") => AttachmentKind::Gif,
        Some("text/vcard") => AttachmentKind::Contact,
        Some(mime) if mime.starts_with("image/") => AttachmentKind::Photo,
        Some(mime) if mime.starts_with("video/") => AttachmentKind::Video,
        Some(mime) if mime.starts_with("audio/") => AttachmentKind::Audio,
        Some("application/octet-stream") | None => AttachmentKind::Other,
        Some(_) => AttachmentKind::Document,
    }
}

const EXTENSIONS: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heic"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("svg", "image/svg+xml"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("webm", "video/webm"),
    ("mkv", "video/x-matroska"),
    ("avi", "video/x-msvideo"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("wav", "audio/wav"),
    ("amr", "audio/amr"),
    ("pdf", "application/pdf"),
    ("vcf", "text/vcard"),
    ("txt", "text/plain"),
    ("srt", "application/x-subrip"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("apk", "application/vnd.android.package-archive"),
];

fn sniff(head: &[u8], name: &str) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
        (b"%PDF-", "application/pdf"),
        (b"OggS", "audio/ogg"),
        (b"ID3", "audio/mpeg"),
        (b"#!AMR", "audio/amr"),
        (b"BEGIN:VCARD", "text/vcard"),
        (b"\x1aE\xdf\xa3", "video/webm"),
    ];
    // Two letters are no proof: a bitmap must also be called one.
    let known = MAGIC.iter().find(|(magic, mime)| {
        head.starts_with(magic) && (*mime != "image/bmp" || mime_of_name(name) == Some("image/bmp"))
    });
    known.map(|(_, mime)| *mime).or_else(|| riff(head)).or_else(|| iso_media(head, name))
}

fn riff(head: &[u8]) -> Option<&'static str> {
    match (head.get(..4)?, head.get(8..12)?) {
        (b"RIFF", b"WEBP") => Some("image/webp"),
        (b"RIFF", b"WAVE") => Some("audio/wav"),
        (b"RIFF", b"AVI ") => Some("video/x-msvideo"),
        _ => None,
    }
}

/// ISO base media: the brand tells pictures and sound from film. Voice messages of Messenger and Instagram are `.mp4`
/// files whose brand does not tell; their record says what they are.
fn iso_media(head: &[u8], name: &str) -> Option<&'static str> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match head.get(8..12)? {
        b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1" => "image/heic",
        b"avif" | b"avis" => "image/avif",
        b"M4A " | b"M4B " => "audio/mp4",
        b"qt  " => "video/quicktime",
        brand if brand.starts_with(b"3gp") => "video/3gpp",
        _ if mime_of_name(name) == Some("audio/mp4") => "audio/mp4",
        _ => "video/mp4",
    })
}
