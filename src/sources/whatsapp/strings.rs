//! The few texts of WhatsApp itself that reading needs, in every language known: a table (`labels.tsv`), never code.
//!
//! Reading leans on structure first (marks, names of files in the bundle); these texts only decide what structure
//! leaves open. A new language is new lines in the table.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::model::AttachmentKind;

/// Which app wrote the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// `date, time - name: text`.
    Android,
    /// `[date, time] name: text`, and the older form without brackets.
    Ios,
}

/// What a whole body or label means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A file that the export leaves out; `Other` where one text stands for every kind.
    Omitted(AttachmentKind),
    /// Deleted by its author or an administrator.
    Deleted,
    /// Deleted by the owner of the exporting phone: proof of who that is.
    DeletedOwn,
    /// A call, or the first words of one.
    Call {
        /// With picture.
        video: bool,
        /// Nobody answered.
        missed: bool,
    },
    /// The live position of a person was shared.
    LiveLocation,
    /// A message the phone never received or could not show.
    Unavailable,
    /// The notice about encryption that opens a chat.
    Encryption,
    /// The owner left the group.
    LeftOwn,
    /// A customer's cart was sent to a shop, or received by one; what was in it is not exported.
    Cart {
        /// By the owner of the phone.
        sent: bool,
    },
}

/// A text with holes, matched as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Name of a chat file; the hole is the chat's title.
    Name,
    /// Android's label of a file; the hole is its name.
    Attached,
    /// A position; the hole is the address of the map.
    Location,
    /// Deleted by a named administrator.
    DeletedAdmin,
    /// A group was created; one hole is its title.
    Created,
    /// The owner created the group; the hole is its title.
    CreatedOwn,
    /// A group was renamed; one hole is its new title.
    Subject,
    /// Anything else that only groups have.
    GroupNotice,
    /// A notice of any chat.
    Notice,
}

/// The table, ready for use.
pub struct Strings {
    labels: HashMap<(App, String), Label>,
    /// Lengths in letters of the labels with this first and last letter: most messages need no further look.
    ends: HashMap<(char, char), Vec<usize>>,
    patterns: HashMap<Shape, Vec<(App, Pattern)>>,
    edited: HashSet<String>,
    poll_heads: HashSet<String>,
    /// How texts about files left out end, and begin: one word of the end, two of the beginning.
    omitted_words: HashSet<String>,
    unanswered: HashSet<String>,
    owner_words: HashSet<String>,
    name_joiners: HashSet<String>,
}

/// The one table of the program.
pub static STRINGS: LazyLock<Strings> = LazyLock::new(|| Strings::parse(include_str!("labels.tsv")));

/// Longest label, in letters; longer bodies are none.
const LABEL_LETTERS_MAX: usize = 320;

impl Strings {
    /// What `body` means as a whole. Marks, case, kinds of blanks and quotes, and a last full stop do not matter.
    pub fn label(&self, app: App, body: &str) -> Option<Label> {
        if body.len() > LABEL_LETTERS_MAX * 4 {
            return None;
        }
        let plain = &composed(trim_end_stop(body.trim_matches(is_blank_or_mark)));
        let first = plain.chars().find(|c| !is_mark(*c)).map(fold_char)?;
        let last = plain.chars().next_back().map(fold_char)?;
        let lengths = self.ends.get(&(first, last))?;
        let length = plain.chars().filter(|c| !is_mark(*c)).count();
        if !lengths.contains(&length) {
            return None;
        }
        self.labels.get(&(app, fold(plain))).copied()
    }

    /// The holes of the first pattern of this shape that fits the whole of `text`; the title's hole is marked.
    pub fn capture<'a>(&self, shape: Shape, app: Option<App>, text: &'a str) -> Option<Captured<'a>> {
        let patterns = self.patterns.get(&shape)?;
        patterns
            .iter()
            .filter(|(theirs, _)| app.is_none_or(|app| app == *theirs))
            .filter_map(|(_, pattern)| pattern.capture(text))
            .min_by_key(|captured| captured.hole.len())
    }

    /// Whether a pattern of this shape fits the whole of `text` and begins with words of its own that hold the colon: `Removed from the
    /// group: {x}`.
    pub fn opens(&self, shape: Shape, text: &str) -> bool {
        let opening = |pattern: &Pattern| pattern.pieces.first().is_some_and(|piece| piece.contains(&':'));
        let patterns = self.patterns.get(&shape).into_iter().flatten();
        patterns.filter(|(_, pattern)| opening(pattern)).any(|(_, pattern)| pattern.capture(text).is_some())
    }

    /// Whether `text` is the remark that a message was edited.
    pub fn is_edited_remark(&self, text: &str) -> bool {
        self.edited.contains(&fold(text))
    }

    /// Whether `text` begins or ends as texts about files left out do, in any language.
    pub fn resembles_omitted(&self, text: &str) -> bool {
        ends_of(&fold(trim_end_stop(text))).any(|words| self.omitted_words.contains(words))
    }

    /// Whether `line` opens a poll.
    pub fn is_poll_head(&self, line: &str) -> bool {
        line.len() < 80 && line.ends_with([':', '：']) && self.poll_heads.contains(&fold(line))
    }

    /// Whether `text` says that nobody answered a call.
    pub fn is_unanswered(&self, text: &str) -> bool {
        self.unanswered.contains(&fold(text))
    }

    /// Whether `word` is how WhatsApp addresses the owner ("You").
    pub fn is_owner_word(&self, word: &str) -> bool {
        self.owner_words.contains(&fold(word))
    }

    /// Whether `word` joins the parts of a name in lower case ("de", "von").
    pub fn is_name_joiner(&self, word: &str) -> bool {
        self.name_joiners.contains(word)
    }

    fn parse(table: &str) -> Self {
        let mut strings = Self {
            labels: HashMap::new(),
            ends: HashMap::new(),
            patterns: HashMap::new(),
            edited: HashSet::new(),
            poll_heads: HashSet::new(),
            omitted_words: HashSet::new(),
            unanswered: HashSet::new(),
            owner_words: HashSet::new(),
            name_joiners: HashSet::new(),
        };
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            if let (Some(meaning), Some(app), Some(_), Some(text)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            {
                strings.add(meaning, app, text);
            }
        }
        strings
    }

    fn add(&mut self, meaning: &str, app: &str, text: &str) {
        let apps: &[App] = match app {
            "android" => &[App::Android],
            "ios" => &[App::Ios],
            _ => &[App::Android, App::Ios],
        };
        if let Some(label) = label_of(meaning) {
            if matches!(label, Label::Omitted(_)) {
                self.omitted_words.extend(ends_of(&fold(text)).map(str::to_owned));
            }
            self.add_label(label, apps, text);
        } else if let Some(shape) = shape_of(meaning) {
            let patterns = self.patterns.entry(shape).or_default();
            patterns.extend(apps.iter().map(|app| (*app, Pattern::new(text))));
        } else {
            self.add_word(meaning, text);
        }
    }

    fn add_label(&mut self, label: Label, apps: &[App], text: &str) {
        let plain = composed(trim_end_stop(text));
        if let (Some(first), Some(last)) = (plain.chars().next(), plain.chars().next_back()) {
            let lengths = self.ends.entry((fold_char(first), fold_char(last))).or_default();
            lengths.push(plain.chars().count());
        }
        for app in apps {
            // One text for two meanings proves only the weaker one.
            let known = self.labels.entry((*app, fold(&plain))).or_insert(label);
            if matches!((*known, label), (Label::DeletedOwn, Label::Deleted) | (Label::Deleted, Label::DeletedOwn)) {
                *known = Label::Deleted;
            }
        }
    }

    fn add_word(&mut self, meaning: &str, text: &str) {
        match meaning {
            "edited" => drop(self.edited.insert(fold(text))),
            "poll" => drop(self.poll_heads.insert(fold(text))),
            "call-unanswered" => drop(self.unanswered.insert(fold(text))),
            "you" => drop(self.owner_words.insert(fold(text))),
            "name-joiner" => drop(self.name_joiners.insert(text.to_owned())),
            _ => {}
        }
    }
}

fn label_of(meaning: &str) -> Option<Label> {
    Some(match meaning {
        "omitted" => Label::Omitted(AttachmentKind::Other),
        "omitted-photo" => Label::Omitted(AttachmentKind::Photo),
        "omitted-video" => Label::Omitted(AttachmentKind::Video),
        "omitted-audio" => Label::Omitted(AttachmentKind::Audio),
        "omitted-sticker" => Label::Omitted(AttachmentKind::Sticker),
        "omitted-gif" => Label::Omitted(AttachmentKind::Gif),
        "omitted-contact" => Label::Omitted(AttachmentKind::Contact),
        "omitted-document" => Label::Omitted(AttachmentKind::Document),
        "deleted" => Label::Deleted,
        "deleted-own" => Label::DeletedOwn,
        "call-voice" => Label::Call { video: false, missed: false },
        "call-video" => Label::Call { video: true, missed: false },
        "call-voice-missed" => Label::Call { video: false, missed: true },
        "call-video-missed" => Label::Call { video: true, missed: true },
        "live-location" => Label::LiveLocation,
        "unavailable" => Label::Unavailable,
        "encryption" => Label::Encryption,
        "left-own" => Label::LeftOwn,
        "cart-sent" => Label::Cart { sent: true },
        "cart-received" => Label::Cart { sent: false },
        _ => return None,
    })
}

fn shape_of(meaning: &str) -> Option<Shape> {
    Some(match meaning {
        "name" => Shape::Name,
        "attached" => Shape::Attached,
        "location" => Shape::Location,
        "deleted-admin" => Shape::DeletedAdmin,
        "created" => Shape::Created,
        "created-own" => Shape::CreatedOwn,
        "subject" => Shape::Subject,
        "group-notice" => Shape::GroupNotice,
        "notice" => Shape::Notice,
        _ => return None,
    })
}

/// Bidirectional marks and the byte-order mark: they say nothing and stand anywhere.
pub const fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether WhatsApp for iOS opens its own texts with this: U+200E, U+200F in right-to-left languages.
pub const fn is_app_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}')
}

fn is_blank_or_mark(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}

/// `text` without marks.
pub fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// One kind of blank, apostrophe and quote, lower case. One letter stays one letter.
fn fold_char(c: char) -> char {
    match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '\u{2019}' | '\u{2018}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»' => '"',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(lower), None) => lower,
                _ => c,
            }
        }
    }
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| !is_mark(*c)).map(fold_char).collect()
}

/// The last word of a text and its first two, when it has several.
fn ends_of(text: &str) -> impl Iterator<Item = &str> {
    let last = text.rsplit_once(' ').map(|(_, last)| last).filter(|last| last.chars().count() > 2);
    let second = text.match_indices(' ').nth(1).and_then(|(at, _)| text.get(..at));
    last.into_iter().chain(second)
}

fn trim_end_stop(text: &str) -> &str {
    text.trim_end_matches(['.', '。', '।', ' '])
}

/// NFC, which phones do not always print (Bengali has both forms in one text).
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Letters of a header word: folded, without blanks and full stops, which differ between versions.
pub fn squeeze(word: &str) -> Vec<char> {
    word.chars().filter(|c| !is_mark(*c)).map(fold_char).filter(|c| !matches!(c, ' ' | '.')).collect()
}

/// Whether this letter, folded, belongs to a header word; `None` for those that do not count.
pub fn squeeze_char(c: char) -> Option<char> {
    let folded = fold_char(c);
    (!is_mark(c) && !matches!(folded, ' ' | '.')).then_some(folded)
}

/// Fixed texts with holes between them.
struct Pattern {
    /// Folded texts around the holes; one more than holes.
    pieces: Vec<Vec<char>>,
    /// Which hole is wanted.
    wanted: usize,
    /// The text ends with a hole and a full stop.
    stops: bool,
}

/// What a pattern found.
pub struct Captured<'a> {
    /// The wanted hole: the title where the pattern has one, else the only or first hole; empty where it has none.
    pub hole: &'a str,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut wanted = 0;
        let mut rest = trim_end_stop(text);
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            let (hole, tail) = after.split_once('}').unwrap_or((after, ""));
            if hole == "{title" {
                wanted = pieces.len();
            }
            pieces.push(before.chars().map(fold_char).collect());
            rest = tail;
        }
        pieces.push(rest.chars().map(fold_char).collect());
        Self { pieces, wanted, stops: text.ends_with("}.") }
    }

    fn capture<'a>(&self, text: &'a str) -> Option<Captured<'a>> {
        let (first, rest) = self.pieces.split_first()?;
        let Some((last, middle)) = rest.split_last() else {
            let behind = strip_start(trim_end_stop(text.trim_matches(is_blank_or_mark)), first)?;
            return behind.trim_matches(is_mark).is_empty().then_some(Captured { hole: "" });
        };
        let begun = strip_start(text.trim_start_matches(is_blank_or_mark), first)?.trim_end_matches(is_blank_or_mark);
        // A stop at the end of a hole belongs to it, unless it is the text's own: `Bob Jr.`.
        let ended = match (last.is_empty(), self.stops) {
            (true, true) => begun.strip_suffix('.').unwrap_or(begun),
            (true, false) => begun,
            (false, _) => trim_end_stop(begun),
        };
        let inner = strip_end(ended, last)?;
        let mut holes = Vec::with_capacity(rest.len());
        let mut left = inner;
        for piece in middle {
            let (hole, tail) = split_at_piece(left, piece)?;
            holes.push(hole);
            left = tail;
        }
        holes.push(left);
        let hole = holes.get(self.wanted)?.trim_matches(is_mark);
        (holes.iter().all(|hole| !hole.is_empty())).then_some(Captured { hole })
    }
}

fn strip_start<'a>(text: &'a str, piece: &[char]) -> Option<&'a str> {
    let mut wanted = piece.iter();
    let mut next = wanted.next();
    for (at, c) in text.char_indices() {
        let Some(expected) = next else { return text.get(at..) };
        if is_mark(c) {
            continue;
        }
        if fold_char(c) != *expected {
            return None;
        }
        next = wanted.next();
    }
    next.is_none().then_some("")
}

fn strip_end<'a>(text: &'a str, piece: &[char]) -> Option<&'a str> {
    let mut wanted = piece.iter().rev();
    let mut next = wanted.next();
    for (at, c) in text.char_indices().rev() {
        let Some(expected) = next else { return text.get(..at + c.len_utf8()) };
        if is_mark(c) {
            continue;
        }
        if fold_char(c) != *expected {
            return None;
        }
        next = wanted.next();
    }
    next.is_none().then_some("")
}

fn split_at_piece<'a>(text: &'a str, piece: &[char]) -> Option<(&'a str, &'a str)> {
    text.char_indices().find_map(|(at, _)| {
        let (before, from) = text.split_at_checked(at)?;
        Some((before, strip_start(from, piece)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_whatever_their_marks_case_and_stop() {
        for (app, body, label) in [
            (App::Ios, "\u{200e}image omitted", Label::Omitted(AttachmentKind::Photo)),
            (App::Android, "<Media omitted>", Label::Omitted(AttachmentKind::Other)),
            (App::Android, "<Médias omis>", Label::Omitted(AttachmentKind::Other)),
            (App::Android, "You deleted this message", Label::DeletedOwn),
            (App::Ios, "\u{200e}Mensagem apagada", Label::Deleted),
            (App::Ios, "\u{200e}Appel vocal manqué", Label::Call { video: false, missed: true }),
        ] {
            assert_eq!(STRINGS.label(app, body), Some(label), "{body}");
        }
        assert_eq!(STRINGS.label(App::Android, "image omitted"), None);
    }

    #[test]
    fn titles_are_found_in_patterns() {
        for (shape, text, title) in [
            (Shape::Subject, "Bob changed the subject from “Trip: June” to “Trip: July”", "Trip: July"),
            (Shape::Subject, "Bob a modifié le sujet en “Trip: June”", "Trip: June"),
            (Shape::Created, "\u{200e}Awa a créé le groupe “Clientes Tabaski”", "Clientes Tabaski"),
            (Shape::CreatedOwn, "\u{200e}You created group “Trip”", "Trip"),
            (Shape::Created, "Awa vytvořil/a skupinu Équipe.", "Équipe"),
            (Shape::CreatedOwn, "Vytvořil/a jste skupinu Bob Jr..", "Bob Jr."),
            (Shape::Name, "Discussion WhatsApp avec Fatou Ndiaye", "Fatou Ndiaye"),
            (Shape::Name, "Bob ile WhatsApp Sohbeti", "Bob"),
            (Shape::Name, "WhatsApp Chat - Zoé", "Zoé"),
        ] {
            assert_eq!(STRINGS.capture(shape, None, text).map(|captured| captured.hole), Some(title), "{text}");
        }
        assert!(STRINGS.capture(Shape::Subject, None, "Bob changed the subject").is_none());
        // Without a hole the whole text counts.
        let is_notice = |text: &str| STRINGS.capture(Shape::Notice, Some(App::Ios), text).is_some();
        assert!(is_notice("\u{200f}هذا حساب تجاري.") && !is_notice("\u{200f}هذا حساب تجاري جديد"));
    }

    #[test]
    fn the_table_holds_only_known_meanings() {
        let words = ["edited", "poll", "call-unanswered", "you", "name-joiner"];
        for line in include_str!("labels.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 5, "{line}");
            let known = label_of(fields[0]).is_some() || shape_of(fields[0]).is_some();
            assert!(known || words.contains(&fields[0]), "{line}");
            assert!(["android", "ios", "*"].contains(&fields[1]) && !fields[3].is_empty(), "{line}");
            assert!(["A", "B", "C", "I", "-"].contains(&fields[4]), "{line}");
        }
    }
}
