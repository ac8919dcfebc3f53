//! The recovery kit: one printable page with the recovery line, its QR code, and the sealed key file itself, so that the
//! paper alone opens the archive.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use fs_err as fs;
use qrcode::QrCode;
use qrcode::render::svg;
use zeroize::Zeroizing;

use super::context::Context;
use super::convert::unwritable;
use super::error::{CommandError, ErrorKind};
use crate::crypto::RecoveryLine;
use crate::words::{Value, Words};

/// How every recovery line begins.
const PREFIX: &str = "AGE-SECRET-KEY-1";

/// Letters of a group on the page.
const GROUP: usize = 5;

/// A kit whose file exists already, still empty: a path that cannot be written is found before any key is made.
pub(super) struct Kit {
    path: PathBuf,
    file: fs::File,
}

/// What the page holds.
pub(super) struct KitContent<'a> {
    /// The archive's random id.
    pub(super) archive: &'a str,
    /// The line.
    pub(super) line: &'a RecoveryLine,
    /// File name of the recovery slot.
    pub(super) slot: &'a str,
    /// Its sealed bytes.
    pub(super) sealed: &'a [u8],
    /// The day, as the page shows it.
    pub(super) day: String,
}

impl Kit {
    /// Makes the file. It must not exist, or be empty, as somebody leaves it who was interrupted.
    pub(super) fn reserve(path: &Path) -> Result<Self, CommandError> {
        let mut options = fs::OpenOptions::new();
        let is_empty = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
        options.write(true).create_new(!is_empty);
        #[cfg(unix)]
        {
            use fs::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(|error| unwritable(path, error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let owner_only = std::fs::Permissions::from_mode(0o600);
            file.set_permissions(owner_only).map_err(|error| unwritable(path, error))?;
        }
        Ok(Self { path: path.to_owned(), file })
    }

    /// Removes the file again.
    pub(super) fn give_up(self) {
        drop(self.file);
        // It holds nothing; a leftover is an empty file.
        let _removed = fs::remove_file(&self.path);
    }

    /// Writes the page.
    pub(super) fn write(mut self, words: &Words, content: &KitContent<'_>) -> Result<PathBuf, CommandError> {
        let page = page(words, content);
        let written = self.file.write_all(page.as_bytes()).and_then(|()| self.file.sync_all());
        written.map_err(|error| unwritable(&self.path, error))?;
        Ok(self.path)
    }
}

/// The letters after `AGE-SECRET-KEY-1` in groups of five, which are easier to copy from paper.
fn groups(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.trim_start_matches(PREFIX).chars().collect();
    letters.chunks(GROUP).map(|group| group.iter().collect()).collect()
}

/// Asks for one group of the line, so that the page was opened and read before it is needed. Only where a person sits; Enter
/// puts it off.
pub(super) fn rehearse(context: &mut Context, line: &RecoveryLine) -> Result<(), CommandError> {
    if !context.may_ask() {
        return Ok(());
    }
    let revealed = line.reveal();
    let groups = Zeroizing::new(groups(revealed.expose_secret()));
    let mut random = [0_u8; 1];
    getrandom::fill(&mut random).map_err(|error| CommandError::new(ErrorKind::Internal).because(error.to_string()))?;
    let number = random.iter().map(|byte| usize::from(*byte)).sum::<usize>() % groups.len().max(1);
    let Some(wanted) = groups.get(number) else { return Ok(()) };
    let shown = u64::try_from(number + 1).unwrap_or(0);
    loop {
        let question = context.words.with("kit-ask-group", &[("number", shown.into())]);
        let answer: Zeroizing<String> = Zeroizing::new(context.answer(&question)?);
        let outcome = match answer.trim() {
            "" => "kit-not-checked",
            answer if answer.eq_ignore_ascii_case(wanted) => "kit-checked",
            _ => "kit-group-differs",
        };
        let text = context.words.text(outcome);
        context.output.note(&text);
        if outcome != "kit-group-differs" {
            return Ok(());
        }
    }
}

fn page(words: &Words, content: &KitContent<'_>) -> Zeroizing<String> {
    let line = content.line.reveal();
    let line = line.expose_secret();
    let armored = armored(content.sealed);
    let say = |id: &str| escaped(&words.text(id));
    let facts: [(&str, Value<'_>); 2] = [("id", content.archive.into()), ("day", content.day.as_str().into())];
    let file: [(&str, Value<'_>); 1] = [("file", content.slot.into())];
    Zeroizing::new(format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title><style>\
         @page{{margin:18mm}}body{{font:12pt/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}}\
         code,pre{{font:11pt/1.5 monospace}}.line{{border:2px solid;padding:.8em;word-break:break-all}}\
         svg{{width:48mm;height:48mm}}ol{{display:grid;grid-template-columns:repeat(4,auto);font:12pt monospace}}\
         </style></head>\n<body>\n<h1>{title}</h1>\n<p>{facts}</p>\n<p>{print}</p>\n\
         <h2>{line_title}</h2>\n<p class=\"line\"><code>{line}</code></p>\n<p>{group_how}</p>\n<ol><li>{groups}</li></ol>\n\
         {code}\n<p>{how}</p>\n\
         <h2>{file_title}</h2>\n<p>{file}</p>\n<pre>{armored}</pre>\n{file_code}\n</body></html>\n",
        lang = words.language().tag(),
        title = say("kit-title"),
        facts = escaped(&words.with("kit-facts", &facts)),
        print = say("kit-print"),
        line_title = say("kit-line"),
        group_how = escaped(&words.with("kit-groups", &[("prefix", PREFIX.into())])),
        groups = groups(line).join("</li><li>"),
        code = qr_code(line),
        file_code = qr_code(&armored),
        how = say("kit-how"),
        file_title = say("kit-file"),
        file = escaped(&words.with("kit-file-how", &file)),
    ))
}

fn qr_code(text: &str) -> String {
    // Upper case and digits fit the dense alphanumeric mode.
    QrCode::new(text.as_bytes()).map_or_else(
        |_| String::new(),
        |code| {
            let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
            // The XML declaration has no place inside an HTML page.
            picture.split_once("?>").map_or(picture.clone(), |(_, svg)| svg.to_owned())
        },
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text form of age files, which the age tool reads as well.
fn armored(sealed: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("-----BEGIN AGE ENCRYPTED FILE-----\n");
    for line in sealed.chunks(48) {
        for group in line.chunks(3) {
            let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for place in 0..4 {
                let digit = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
                let letter = LETTERS.get(digit).copied().map_or('=', char::from);
                text.push(if place <= group.len() { letter } else { '=' });
            }
        }
        text.push('\n');
    }
    text.push_str("-----END AGE ENCRYPTED FILE-----");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_the_whole_line_in_groups() {
        let line = RecoveryLine::generate();
        let revealed = line.reveal();
        let groups = groups(revealed.expose_secret());
        assert_eq!(groups.len(), 12);
        assert_eq!(format!("{PREFIX}{}", groups.concat()), revealed.expose_secret());
        assert!(RecoveryLine::parse(&format!("{PREFIX} {}", groups.join(" "))).is_ok());
    }

    #[test]
    fn armor_is_base64_in_lines_of_64() {
        let body = |bytes: &[u8]| armored(bytes).lines().nth(1).map(str::to_owned);
        assert_eq!(body(b"Man").as_deref(), Some("TWFu"));
        assert_eq!(body(b"Ma").as_deref(), Some("TWE="));
        assert_eq!(body(b"M").as_deref(), Some("TQ=="));
        assert!(armored(&[0; 100]).lines().all(|line| line.len() <= 64));
    }
}
