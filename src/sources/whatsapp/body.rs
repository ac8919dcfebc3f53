//! What a body is: words of a person, a file, a poll, a place, a call, or something WhatsApp says.
//!
//! Structure decides first: marks of iOS, names of files that lie in the bundle. Texts of WhatsApp are looked up in
//! the table of `strings`. Whatever is not recognised stays text, untouched.

use super::marks::Shown;
use super::media::{has_extension, is_given_name, kind_of_name};
use super::poll::{self, Poll};
use super::strings::{App, Label, STRINGS, Shape, is_app_mark, is_mark};
use crate::model::{AttachmentKind, Place};

/// A body, understood.
#[derive(Debug, Default, PartialEq)]
pub struct Body {
    /// What it is.
    pub what: What,
    /// What the person wrote; for notices, what WhatsApp wrote.
    pub text: String,
    /// The export says it was edited.
    pub edited: bool,
    /// The file it carries.
    pub attached: Option<Attached>,
    /// The place it shows.
    pub place: Option<Place>,
    /// The address of that place on a map.
    pub link: Option<String>,
    /// The poll it holds.
    pub poll: Option<Poll>,
}

/// Kinds of bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// Words of a person.
    #[default]
    Text,
    /// A file, with or without a caption.
    File,
    /// Deleted.
    Deleted {
        /// By the owner of the phone.
        own: bool,
    },
    /// A call.
    Call {
        /// With picture.
        video: bool,
        /// Nobody answered.
        missed: bool,
    },
    /// A poll.
    Poll,
    /// A place.
    Place,
    /// A cart of a shop; what was in it is not exported.
    Cart {
        /// Sent by the owner of the phone.
        sent: bool,
    },
    /// Something was here that the export does not give.
    Unavailable,
    /// WhatsApp speaks.
    Notice {
        /// It is the notice about encryption.
        encryption: bool,
    },
}

/// A file named or left out by the export.
#[derive(Debug, PartialEq)]
pub struct Attached {
    /// What it is; `Other` where only the bytes tell.
    pub kind: AttachmentKind,
    /// Its name; of a document left out, the name it was sent under; else empty.
    pub name: String,
    /// Its number in the bundle.
    pub file: Option<usize>,
    /// The export says it left it out.
    pub omitted: bool,
    /// The name a document was sent under, when iOS gives it beside the file.
    pub document: Option<String>,
}

/// What is known of the file a body stands in.
pub struct Setting<'a> {
    /// Which app wrote it.
    pub app: App,
    /// Finds a file beside the chat by its name.
    pub find: &'a dyn Fn(&str) -> Option<usize>,
    /// The chat holds no mark of iOS although iOS wrote it: some program removed them.
    pub marks_lost: bool,
    /// What tells a notice from a file left out where the table knows neither.
    pub unknown: Unknown,
    /// Nobody stands before this text: the name is that of the group, in a chat whose marks are lost.
    pub nobody: bool,
}

/// What the chat says of texts of iOS that the table does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The table knows the language of this chat, and all its texts about files left out.
    pub known_language: bool,
    /// Who stands before this text also writes, so that it can be a person who sent a file.
    pub writes: bool,
    /// The marks before texts of this chat.
    pub marks: Shown,
}

/// Whether the table knows a text of iOS; marks before it do not count.
pub fn is_known_text(body: &str) -> bool {
    let own = body.trim_start_matches(is_mark);
    STRINGS.label(App::Ios, own).is_some() || is_known_notice(own)
}

/// Whether an iPhone's text is a notice of the table as a whole; marks do not count.
pub fn is_notice_of_table(body: &str) -> bool {
    let own = body.trim_start_matches(is_mark);
    matches!(STRINGS.label(App::Ios, own), Some(Label::Encryption | Label::LeftOwn)) || is_known_notice(own)
}

fn is_known_notice(own: &str) -> bool {
    let shapes = [Shape::CreatedOwn, Shape::Created, Shape::Subject, Shape::GroupNotice, Shape::Notice];
    shapes.iter().any(|shape| STRINGS.capture(*shape, Some(App::Ios), own).is_some())
}

impl Setting<'_> {
    /// Understands a body; lines end with `\n`. `marked`: a mark stands before the bracket of its header.
    pub fn read(&self, body: &str, marked: bool) -> Body {
        let unavailable = body.trim().is_empty() || (self.app == App::Android && body == "null");
        if unavailable {
            return Body { what: What::Unavailable, ..Body::default() };
        }
        let (content, edited) = self.strip_edited(body);
        let mut read = match self.app {
            App::Android => self.android(content),
            App::Ios => self.ios(content, marked),
        };
        read.edited = edited;
        read
    }

    fn android(&self, content: &str) -> Body {
        let (first, more) = content.split_once('\n').unwrap_or((content, ""));
        if let Some(attached) = self.android_file(first) {
            return file(attached, more);
        }
        let label = self.label(first);
        if let Some(Label::Omitted(kind)) = label {
            return file(omitted(kind, ""), more);
        }
        // A kind of file the table does not know: `<View once video omitted>`.
        let bracketed = label.is_none() && first.starts_with('<') && first.ends_with('>') && is_short_line(first);
        if bracketed && STRINGS.resembles_omitted(first) {
            return file(omitted(AttachmentKind::Other, ""), more);
        }
        self.labelled(label.filter(|_| more.is_empty()), content, content)
            .or_else(|| self.structured(content))
            .unwrap_or_else(|| text(content))
    }

    fn ios(&self, content: &str, marked: bool) -> Body {
        let own = content.trim_start_matches(is_mark);
        let opened = content.starts_with(is_app_mark);
        if !self.marks_lost && !content.contains(is_app_mark) {
            if self.label(own) == Some(Label::Encryption) {
                return Body { what: What::Notice { encryption: true }, text: own.to_owned(), ..Body::default() };
            }
            return self
                .lost_attachment(content)
                .or_else(|| Self::shown_place(content))
                .unwrap_or_else(|| text(content));
        }
        // Without marks only the whole text can tell that the app wrote it.
        let is_notice = || is_short_line(own) && STRINGS.capture(Shape::Notice, Some(self.app), own).is_some();
        if self.marks_lost && (self.nobody || is_notice()) {
            let encryption = self.label(own) == Some(Label::Encryption);
            return Body { what: What::Notice { encryption }, text: own.to_owned(), ..Body::default() };
        }
        if let Some(found) = self.ios_file(content) {
            return found;
        }
        let labelled = || self.labelled(self.label(own), own, content).or_else(|| self.structured(content));
        if (opened || self.marks_lost)
            && let Some(found) = labelled()
        {
            return found;
        }
        if marked
            && !(opened && self.is_notice(own))
            && let Some(found) = Self::ios_foreign(content)
        {
            return found;
        }
        if opened {
            let encryption = self.label(own) == Some(Label::Encryption);
            if !is_known_text(content) && self.unknown.marks.is_words(content, self.unknown.writes) {
                return text(content);
            }
            return Body { what: What::Notice { encryption }, text: own.to_owned(), ..Body::default() };
        }
        text(content)
    }

    /// A notice, which no mark before its bracket turns into a file: one of the table, or one that says more than a
    /// text about a file left out ever does, or one in a language whose texts are known, or by nobody who writes.
    fn is_notice(&self, own: &str) -> bool {
        if matches!(self.label(own), Some(Label::Encryption | Label::LeftOwn)) {
            return true;
        }
        if own.chars().rev().take_while(|c| !is_app_mark(*c)).count() > OMITTED_LETTERS_MAX
            || own.trim_end().ends_with(['.', '。', '।', '!', '?'])
            || own.contains(|c: char| c.is_numeric() || matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '「'))
        {
            return true;
        }
        if is_known_notice(own) {
            return true;
        }
        !STRINGS.resembles_omitted(own) && (self.unknown.known_language || !self.unknown.writes)
    }

    fn label(&self, text: &str) -> Option<Label> {
        STRINGS.label(self.app, text)
    }

    /// A body that is as a whole one of the texts of WhatsApp.
    fn labelled(&self, label: Option<Label>, own: &str, content: &str) -> Option<Body> {
        let what = match label.or_else(|| self.call_with_more(own)) {
            Some(Label::Deleted) => What::Deleted { own: false },
            Some(Label::DeletedOwn) => What::Deleted { own: true },
            Some(Label::Call { video, missed }) => What::Call { video, missed },
            Some(Label::Unavailable) => What::Unavailable,
            Some(Label::Cart { sent }) => What::Cart { sent },
            Some(Label::Omitted(kind)) => return Some(file(omitted(kind, ""), "")),
            Some(Label::LiveLocation) => return Some(file(omitted(AttachmentKind::Location, ""), "")),
            Some(Label::Encryption) if self.app == App::Ios => What::Notice { encryption: true },
            _ if is_short_line(content) && STRINGS.capture(Shape::DeletedAdmin, Some(self.app), own).is_some() => {
                What::Deleted { own: false }
            }
            _ => return None,
        };
        let text = if matches!(what, What::Notice { .. } | What::Cart { .. }) { own.to_owned() } else { String::new() };
        Some(Body { what, text, ..Body::default() })
    }

    /// iOS: `Voice call, ⟪LRM⟫No answer`, `Video call. 5 min`, `Missed voice call. Tap to call back`.
    fn call_with_more(&self, own: &str) -> Option<Label> {
        if self.app == App::Android || !is_short_line(own) {
            return None;
        }
        let (head, more) = own.split_once([',', '.'])?;
        match self.label(head)? {
            Label::Call { video, missed } => {
                Some(Label::Call { video, missed: missed || STRINGS.is_unanswered(more.trim()) })
            }
            _ => None,
        }
    }

    fn structured(&self, content: &str) -> Option<Body> {
        if let Some(poll) = poll::read(content, self.app == App::Ios && !self.marks_lost) {
            return Some(Body { what: What::Poll, text: poll.text(), poll: Some(poll), ..Body::default() });
        }
        Self::shown_place(content)
    }

    /// A position on a map, or a named place.
    fn shown_place(content: &str) -> Option<Body> {
        let shown = |place: Place, link: &str, text: &str| Body {
            what: What::Place,
            text: text.to_owned(),
            place: Some(place),
            link: Some(link.to_owned()),
            ..Body::default()
        };
        // Most bodies have no colon: looking for one byte first is cheaper.
        memchr::memchr(b':', content.as_bytes())?;
        let http = content.find("https://")?;
        let (before, link) = content.split_at_checked(http)?;
        let own = content.starts_with(is_app_mark);
        if let Some((latitude, longitude)) = coordinates(link) {
            let place = Place { latitude: Some(latitude), longitude: Some(longitude), ..Place::default() };
            let labelled = own || STRINGS.capture(Shape::Location, None, content).is_some();
            return (labelled || before.trim().is_empty() || before.trim_end().ends_with([':', '：']))
                .then(|| shown(place, link.trim_end(), if labelled { "" } else { content }));
        }
        let venue = link.trim_end().strip_prefix("https://foursquare.com/v/")?;
        if venue.contains(char::is_whitespace) {
            return None;
        }
        let (name, address) = if own {
            let label = before.trim_matches(is_mark).trim_end().strip_suffix(':')?;
            label.strip_suffix(')').and_then(|inner| inner.split_once(" (")).unwrap_or((label, ""))
        } else {
            let mut lines = before.trim_end().splitn(2, '\n');
            (lines.next()?, lines.next().filter(|address| !address.contains('\n'))?)
        };
        let known = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let place = Place { name: known(name), address: known(address), ..Place::default() };
        Some(shown(place, link.trim_end(), if own { "" } else { content }))
    }

    /// Android's `NAME (file attached)`, and the languages that put the label first or without brackets.
    fn android_file(&self, line: &str) -> Option<Attached> {
        let marked = line.starts_with(is_mark);
        let line = line.trim_matches(|c: char| is_mark(c) || c == ' ');
        // Some languages of other scripts have no brackets: `فایل پیوست شد NAME`.
        let foreign = |c: Option<char>| c.is_some_and(|c| c >= '\u{600}');
        let unbracketed = || foreign(line.chars().next()) != foreign(line.chars().next_back()) && line.contains('.');
        let given = || memchr::memchr(b'-', line.as_bytes()).is_some() && line.contains("-WA");
        if !(marked || line.ends_with(')') || given() || unbracketed()) {
            return None;
        }
        let bracketed = line.strip_suffix(')').and_then(|inner| inner.rfind(" (")).and_then(|at| line.get(..at));
        if let Some((name, number)) = bracketed.and_then(|name| Some((name, (self.find)(name)?))) {
            return Some(named(name, Some(number)));
        }
        if let Some(captured) = STRINGS.capture(Shape::Attached, Some(App::Android), line) {
            let number = (self.find)(captured.hole);
            let plausible = number.is_some() || has_extension(captured.hole) || is_given_name(captured.hole);
            return plausible.then(|| named(captured.hole, number));
        }
        let in_bundle = || {
            let blanks = line.match_indices(' ').map(|(at, _)| at);
            let parts = blanks.filter_map(|at| Some([line.get(..at)?, line.get(at + 1..)?]));
            parts.flatten().find_map(|name| Some((name, (self.find)(name)?)))
        };
        if marked && let Some((name, number)) = in_bundle() {
            return Some(named(name, Some(number)));
        }
        bracketed.filter(|name| marked && is_given_name(name)).map(|name| named(name, None))
    }

    /// iOS: `caption ⟪LRM⟫<attached: NAME>`, `NAME ⟪LRM⟫<attached>`, `caption ⟪LRM⟫image omitted`.
    fn ios_file(&self, content: &str) -> Option<Body> {
        let trimmed = content.trim_end();
        let at = trimmed.rfind(is_app_mark);
        let (head, last) = match at {
            Some(at) => (trimmed.get(..at)?, trimmed.get(at..)?.trim_start_matches(is_mark)),
            None => ("", trimmed),
        };
        if let Some((before, inside)) = trimmed.strip_suffix('>').and_then(|inner| inner.rsplit_once('<'))
            && (at.is_some() || self.marks_lost)
        {
            let head = before.trim_end_matches(is_blank_or_mark);
            if let Some(attached) = self.ios_named(head, inside) {
                let used = !head.is_empty() && attached.name == head.trim_matches(is_mark);
                return Some(with_head(attached, if used { "" } else { head }));
            }
        }
        if let Some(Label::Omitted(kind)) = self.label(last.trim_matches(['<', '>'])) {
            return Some(with_head(omitted(kind, ""), head));
        }
        self.lost_document(trimmed).filter(|_| self.marks_lost)
    }

    /// `NAME.pdf • 2 pages document omitted`, `NAME.docx document omitted` without their marks.
    fn lost_document(&self, line: &str) -> Option<Body> {
        let is_left_out = |text: &str| self.label(text) == Some(Label::Omitted(AttachmentKind::Document));
        let mut heads = line.rmatch_indices(' ').take(LABEL_WORDS_MAX).filter_map(|(at, _)| line.split_at_checked(at));
        let (head, _) = heads.find(|(_, tail)| is_short_line(line) && is_left_out(tail))?;
        let (name, pages) = head.split_once(" •").unwrap_or((head, ""));
        let known = has_extension(name) && (pages.is_empty() || pages.contains(char::is_numeric));
        known.then(|| file(omitted(AttachmentKind::Document, name), ""))
    }

    /// A file left out, in a language the table does not know: marks stand before its bracket and its last words.
    fn ios_foreign(content: &str) -> Option<Body> {
        let trimmed = content.trim_end();
        let (head, last) = trimmed.split_at_checked(trimmed.rfind(is_app_mark)?)?;
        let label = is_short_line(last) && !last.contains("://");
        label.then(|| with_head(omitted(AttachmentKind::Other, ""), head))
    }

    /// The file that `<…>` names, or that stands before it.
    fn ios_named(&self, head: &str, inside: &str) -> Option<Attached> {
        let bare = |text: &'_ str| text.trim_matches(is_blank_or_mark).to_owned();
        if let Some((_, name)) = inside.split_once([':', '：']) {
            let name = bare(name);
            let number = (self.find)(&name);
            return (!name.is_empty()).then(|| named(&name, number));
        }
        let head = bare(head);
        if let Some(number) = (self.find)(&head) {
            return Some(named(&head, Some(number)));
        }
        if is_given_name(&head) && has_extension(&head) {
            return Some(named(&head, None));
        }
        let inside = bare(inside);
        let number = (self.find)(&inside);
        if number.is_some() {
            return Some(named(&inside, number));
        }
        let (first, _) = inside.rsplit_once(' ')?;
        let number = (self.find)(first);
        (number.is_some() || is_given_name(first)).then(|| named(first, number))
    }

    /// `<attached: NAME>` without its mark, when the bundle has that file or the name can be no other.
    fn lost_attachment(&self, content: &str) -> Option<Body> {
        let (head, inside) = content.trim_end().strip_suffix('>')?.rsplit_once('<')?;
        let (_, name) = inside.split_once([':', '：'])?;
        let name = name.trim();
        let number = (self.find)(name);
        (number.is_some() || (is_given_name(name) && has_extension(name))).then(|| with_head(named(name, number), head))
    }

    /// Cuts the remark that a message was edited.
    fn strip_edited<'b>(&self, body: &'b str) -> (&'b str, bool) {
        let Some((head, inside)) = body.trim_end().strip_suffix('>').and_then(|inner| inner.rsplit_once('<')) else {
            return (body, false);
        };
        let Some(remark) = body.get(head.len()..).map(str::trim_end) else { return (body, false) };
        let marked = head.ends_with(is_app_mark);
        let cut = head.trim_end_matches(is_mark);
        let cut = cut.strip_suffix([' ', '\n']).unwrap_or(cut);
        if STRINGS.is_edited_remark(remark) {
            return (cut, true);
        }
        // Another language: iOS marks the remark, and it names no file.
        let foreign = self.app == App::Ios
            && marked
            && !cut.trim_matches(is_mark).is_empty()
            && !inside.contains([':', '：'])
            && !cut.contains(is_app_mark)
            && self.ios_named(cut, inside).is_none();
        if foreign { (cut, true) } else { (body, false) }
    }
}

fn text(content: &str) -> Body {
    Body { text: content.to_owned(), ..Body::default() }
}

fn file(attached: Attached, caption: &str) -> Body {
    Body { what: What::File, text: caption.to_owned(), attached: Some(attached), ..Body::default() }
}

/// A file of iOS with what stands before it: a caption, or a document's name and pages.
fn with_head(mut attached: Attached, head: &str) -> Body {
    let head = head.trim_end_matches(is_blank_or_mark);
    let document = head.split_once(" • ").filter(|(_, pages)| pages.starts_with(is_app_mark));
    // Documents without pages: `CV.docx • ⟪LRM⟫document omitted`.
    let document = document.or_else(|| {
        let name = head.strip_suffix(" •").filter(|name| has_extension(name) && !name.contains('\n'))?;
        (attached.kind == AttachmentKind::Document || attached.name.ends_with(name)).then_some((name, ""))
    });
    if let Some((name, _)) = document {
        let name = name.trim_matches(is_mark);
        if attached.omitted {
            name.clone_into(&mut attached.name);
        } else {
            attached.document = Some(name.to_owned());
        }
        return file(attached, "");
    }
    if attached.omitted && attached.kind == AttachmentKind::Document && has_extension(head) && !head.contains('\n') {
        head.trim_matches(is_mark).clone_into(&mut attached.name);
        return file(attached, "");
    }
    file(attached, head)
}

fn named(name: &str, file: Option<usize>) -> Attached {
    let name = name.trim_matches(is_mark);
    Attached { kind: kind_of_name(name), name: name.to_owned(), file, omitted: false, document: None }
}

fn omitted(kind: AttachmentKind, name: &str) -> Attached {
    Attached { kind, name: name.to_owned(), file: None, omitted: true, document: None }
}

fn is_blank_or_mark(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}

/// Most words of a text about a document left out.
const LABEL_WORDS_MAX: usize = 8;

/// Longest text about a file left out, in letters; the longest known has about 40.
const OMITTED_LETTERS_MAX: usize = 60;

fn is_short_line(text: &str) -> bool {
    text.len() < 300 && !text.trim_end().contains('\n')
}

/// Degrees north and east of `https://maps.google.com/?q=48.8584,2.2945`, when nothing follows them.
fn coordinates(link: &str) -> Option<(f64, f64)> {
    let query = link
        .strip_prefix("https://maps.google.com/?q=")
        .or_else(|| link.strip_prefix("https://maps.google.com/maps?q="))?;
    let (latitude, longitude) = query.trim_end().split_once(',')?;
    let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    Some((degrees(latitude)?, degrees(longitude)?)).filter(|(north, east)| north.abs() <= 90.0 && east.abs() <= 180.0)
}

#[cfg(test)]
mod tests;
