//! Makes records of the entries of a page.

use serde_json::{Map, Value, json};

use super::Page;
use super::entries::{Entry, Gatherer, Remark, Row};
use super::people::{By, author_of, friends, split_note};
use crate::bundle::Bundle;
use crate::model::{AttachmentKind, Draft, Kind, Twins};
use crate::sources::facebook::activity;
use crate::sources::facebook::read::FileReader;
use crate::sources::facebook::reading::Reading;
use crate::sources::facebook::sections::{self, Section};
use crate::sources::meta::html::{Calendar, Layout, Moment, Zones, is_translated, walk_page};
use crate::sources::meta::{bytes_of, name_of};
use crate::sources::{DateOrder, ProblemKind, SkipReason, Stop};

/// Longest words of a line that a date may stand in.
const DATE_LINE_MAX: usize = 96;

/// What all pages of a download share.
pub(in super::super) struct Early {
    friends: Vec<String>,
    zones: Zones,
    order: DateOrder,
}

impl Early {
    pub(in super::super) fn of(bundle: &Bundle, zones: Zones, order: DateOrder) -> Self {
        Self { friends: friends(bundle), zones, order }
    }
}

/// Reads a page.
pub(in super::super) fn read(reader: FileReader<'_>, page: Page, early: &Early) -> Result<(), Stop> {
    let bytes = match bytes_of(reader.bundle, reader.file) {
        Ok(bytes) => bytes,
        Err((kind, detail)) => {
            reader.problem(None, kind, detail);
            reader.sink.parsed(reader.file, 0);
            return Ok(());
        }
    };
    if is_translated(&bytes) {
        reader.sink.kept_raw(reader.file, "html-translated");
        return Ok(());
    }
    let calendar = Calendar::new(&bytes, early.zones, early.order);
    let teller = Teller {
        reader,
        page,
        early,
        calendar: &calendar,
        twins: Twins::new(),
        position: 0,
        known: 0,
        unknown: vec![],
    };
    teller.read(&bytes)
}

struct Teller<'t> {
    reader: FileReader<'t>,
    page: Page,
    early: &'t Early,
    calendar: &'t Calendar<'t>,
    twins: Twins,
    position: u64,
    known: u64,
    unknown: Vec<u64>,
}

impl<'t> Teller<'t> {
    fn read(mut self, html: &[u8]) -> Result<(), Stop> {
        let rows_apart = matches!(self.page, Page::Contacts | Page::Other | Page::Friends | Page::Events);
        let mut album = Vec::new();
        let mut headings: Option<Row> = None;
        let mut each = |entry: Option<Entry>| match (self.page, entry) {
            (Page::Album, entry) => {
                album.push(entry);
                Ok(())
            }
            (_, None) => {
                self.not_known();
                Ok(())
            }
            (_, Some(entry)) => self.entry(entry, &mut headings),
        };
        let mut gatherer = Gatherer::new(rows_apart, &mut each);
        let ended = walk_page(html, Layout::flowing_until_2017(), &mut |_, piece| gatherer.take(piece))?;
        // Of a page that ends early nothing tells that its last entry is whole.
        if !ended.truncated {
            gatherer.end()?;
        }
        if self.page == Page::Album && ended.frame.has_main {
            self.album(ended.frame.heading.trim(), album)?;
        }
        let file = self.reader.file;
        if !ended.frame.has_main || (self.known == 0 && !self.unknown.is_empty()) {
            self.reader.sink.kept_raw(file, "unknown-shape");
            // What was told before the page turned out to be none counts all the same.
            if self.known == 0 {
                return Ok(());
            }
        }
        if std::str::from_utf8(html).is_err() {
            self.reader.problem(None, ProblemKind::NotUtf8, String::new());
        }
        for position in &self.unknown {
            self.reader.problem(Some(*position), ProblemKind::UnknownShape, String::new());
        }
        if ended.truncated {
            self.reader.problem(None, ProblemKind::TruncatedHtml, String::new());
        }
        self.reader.sink.parsed(file, self.position);
        Ok(())
    }

    fn next(&mut self) -> u64 {
        let position = self.position;
        self.position += 1;
        position
    }

    fn not_known(&mut self) {
        let position = self.next();
        self.unknown.push(position);
    }

    fn skip(&mut self, reason: SkipReason, count: u64) {
        self.position += count;
        self.known += count;
        self.reader.sink.skip(self.reader.file, reason, count);
    }

    fn entry(&mut self, entry: Entry, headings: &mut Option<Row>) -> Result<(), Stop> {
        let has_files = !entry.media.is_empty();
        match self.page {
            Page::Wall if entry.date.is_none() => self.not_known(),
            Page::Wall => self.post(&entry)?,
            Page::Albums => self.cover(&entry)?,
            Page::Media { .. } if !has_files && entry.date.is_none() => self.not_known(),
            Page::Media { films } => {
                let section = if films { sections::by_id("videos") } else { sections::by_id("photos") };
                self.thing(section, &entry, &[])?;
            }
            Page::Friends if entry.listed => self.person(&entry, sections::by_id(relation(&entry.list)))?,
            Page::Events if entry.rows.is_empty() => self.event(&entry)?,
            Page::Profile => self.profile(&entry)?,
            Page::Contacts => self.contact(&entry)?,
            Page::Friends | Page::Events | Page::Other | Page::Album => {
                if let [row] = entry.rows.as_slice()
                    && row.headings == row.cells.len()
                    && row.headings > 1
                {
                    *headings = entry.rows.into_iter().next();
                    return Ok(());
                }
                let above = headings.as_ref().map_or(&[][..], |row| row.cells.as_slice());
                self.thing(&sections::UNLISTED, &entry, above)?;
            }
        }
        Ok(())
    }

    fn reading(&mut self, section: &'static Section) -> Reading<'t> {
        let position = self.next();
        self.known += 1;
        self.reader.with(section).reading(position)
    }

    /// The moment of an entry; a date that cannot be read is kept as it stands.
    fn date(reading: &mut Reading<'_>, calendar: &Calendar<'_>, date: Option<&str>) {
        let Some(date) = date.filter(|date| !date.is_empty()) else { return };
        if let Some(moment) = calendar.moment(date) {
            reading.set_moment(moment);
        } else {
            reading.note("time_text", date);
            reading.bad_time = true;
        }
    }

    fn hand_over(&mut self, draft: Draft, bad_time: bool) -> Result<(), Stop> {
        if bad_time {
            self.reader.problem(Some(draft.position), ProblemKind::BadTime, String::new());
        }
        self.reader.hand_over(draft)
    }

    /// Files, links and rows of an entry.
    fn attach(reading: &mut Reading<'_>, paths: &Paths<'_>, entry: &Entry) {
        for (uri, kind) in &entry.media {
            // It has an address, so it is a media object.
            let _file = reading.add_media(json!({ "uri": paths.of(uri) }), *kind);
        }
        for (url, words) in &entry.links {
            reading.add_link(url, Some(words.clone()).filter(|words| !words.is_empty() && words != url));
        }
        let rows: Vec<Value> = entry.rows.iter().map(row_value).collect();
        if !rows.is_empty() {
            reading.note("rows", rows);
        }
    }

    fn paths(&self) -> Paths<'t> {
        let key = self.reader.bundle.file(self.reader.file).map_or("", |file| file.key.as_str());
        Paths { bundle: self.reader.bundle, folder: key.rsplit_once('/').map_or("", |(folder, _)| folder) }
    }

    fn post(&mut self, entry: &Entry) -> Result<(), Stop> {
        let position = self.next();
        self.known += 1;
        let owner = self.reader.owner;
        let mut reading = self.reader.with(sections::by_id("posts")).reading(position);
        Self::date(&mut reading, self.calendar, entry.date.as_deref());
        match author_of(&entry.title, owner, &self.early.friends) {
            By::Owner => reading.written_by_owner(),
            By::Name(name) => reading.written_by(name),
            By::Unknown => {}
        }
        for text in &entry.texts {
            reading.add_text(text);
        }
        Self::attach(&mut reading, &self.paths(), entry);
        if !entry.title.is_empty() {
            // Nothing else tells two entries of one minute apart.
            reading.targets.push(entry.title.clone());
            reading.note("title", entry.title.as_str());
        }
        let bad_time = reading.bad_time;
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, bad_time)?;
        self.remarks(&entry.remarks, "", position)
    }

    /// A photo, a film, or a line of a page that nobody knows.
    fn thing(&mut self, section: &'static Section, entry: &Entry, headings: &[String]) -> Result<(), Stop> {
        let (paths, calendar) = (self.paths(), self.calendar);
        let mut reading = self.reading(section);
        let position = reading.draft.position;
        let cells = || entry.rows.iter().flat_map(|row| row.cells.iter().map(String::as_str));
        let line = entry.words().into_iter().chain(cells()).find(|line| is_date(calendar, line));
        Self::date(&mut reading, calendar, entry.date.as_deref().or(line));
        if section.kind != Kind::Other || !entry.media.is_empty() {
            reading.written_by_owner();
        }
        if !entry.list.is_empty() {
            reading.note("heading", entry.list.as_str());
            reading.list = format!("{}\n{}", reading.list, entry.list);
        }
        for words in entry.words() {
            reading.add_text(words);
        }
        for row in &entry.rows {
            let titled = |(at, cell): (usize, &String)| match headings.get(at) {
                Some(heading) => format!("{heading}: {cell}"),
                None => cell.clone(),
            };
            let line = row.cells.iter().enumerate().map(titled).collect::<Vec<_>>().join("\n");
            reading.add_text(&line);
        }
        Self::attach(&mut reading, &paths, entry);
        let on = reading.draft.attachments.first().map_or_else(String::new, |file| file.name.clone());
        let bad_time = reading.bad_time;
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, bad_time)?;
        self.remarks(&entry.remarks, &on, position)
    }

    fn person(&mut self, entry: &Entry, section: &'static Section) -> Result<(), Stop> {
        let calendar = self.calendar;
        let lines: Vec<String> = entry.words().into_iter().map(str::to_owned).collect();
        let Some((first, rest)) = lines.split_first() else {
            self.skip(SkipReason::Empty, 1);
            return Ok(());
        };
        let mut reading = self.reading(section);
        let (name, note) = split_note(first);
        let dated = note.filter(|note| calendar.moment(note).is_some());
        Self::date(&mut reading, calendar, entry.date.as_deref().or(dated));
        reading.note("relation", section.id);
        if !entry.list.is_empty() {
            reading.note("heading", entry.list.as_str());
        }
        reading.add_text(name);
        if let Some(note) = note.filter(|_| dated.is_none()) {
            reading.note(if note.contains('@') { "email" } else { "note" }, note);
        }
        if !rest.is_empty() {
            reading.note("details", rest.to_vec());
        }
        let bad_time = reading.bad_time;
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, bad_time)
    }

    fn event(&mut self, entry: &Entry) -> Result<(), Stop> {
        let calendar = self.calendar;
        let words = entry.words();
        if words.is_empty() {
            self.skip(SkipReason::Empty, 1);
            return Ok(());
        }
        let line = words.iter().skip(1).find(|line| begins(calendar, line).is_some()).copied();
        let mut reading = self.reading(sections::by_id("own-events"));
        match line.and_then(|line| begins(calendar, line)) {
            Some(moment) if entry.date.is_none() => reading.set_moment(moment),
            _ => Self::date(&mut reading, calendar, entry.date.as_deref()),
        }
        if !entry.list.is_empty() {
            reading.note("heading", entry.list.as_str());
        }
        for words in words {
            reading.add_text(words);
        }
        let bad_time = reading.bad_time;
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, bad_time)
    }

    /// A table of the owner's profile: names of fields and what stands in them.
    fn profile(&mut self, entry: &Entry) -> Result<(), Stop> {
        let mut reading = self.reading(sections::by_id("profile"));
        reading.written_by_owner();
        let account = reading.draft.account.clone();
        reading.add_text(account.as_deref().unwrap_or_default());
        let rows = entry.rows.iter().map(|row| row.cells.join(": "));
        let lines: Vec<String> = entry.words().into_iter().map(str::to_owned).chain(rows).collect();
        reading.add_text(&lines.join("\n"));
        Self::attach_rows_only(&mut reading, entry);
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, false)
    }

    fn attach_rows_only(reading: &mut Reading<'_>, entry: &Entry) {
        let rows: Vec<Value> = entry.rows.iter().map(row_value).collect();
        if !rows.is_empty() {
            reading.note("rows", rows);
        }
    }

    /// Ways to reach the owner are rows with a heading, people of the address book rows without one, or items of lists.
    /// Calls and short messages of a phone stand in tables within a row.
    fn contact(&mut self, entry: &Entry) -> Result<(), Stop> {
        match entry.rows.as_slice() {
            [] => self.person(entry, &sections::ADDRESS_BOOK),
            [row] if row.inner > 0 && row.headings == 0 && row.cells.len() == 1 => {
                self.skip(SkipReason::Technical, row.inner);
                Ok(())
            }
            [row] if row.headings == row.cells.len() => {
                self.skip(SkipReason::Technical, 1);
                Ok(())
            }
            [row] if row.headings == 0 => {
                let mut lines = row.cells.iter().flat_map(|cell| cell.lines()).map(str::to_owned);
                let person = Entry {
                    list: entry.list.clone(),
                    title: lines.next().unwrap_or_default(),
                    texts: lines.collect(),
                    ..Entry::default()
                };
                self.person(&person, &sections::ADDRESS_BOOK)
            }
            _ => self.profile(entry),
        }
    }

    /// An album in the list of albums; its own page tells it, if it is there.
    fn cover(&mut self, entry: &Entry) -> Result<(), Stop> {
        let told = entry.pages.iter().any(|page| self.reader.bundle.find(&self.paths().of(page)).is_some());
        let position = self.position;
        if told {
            self.skip(SkipReason::ToldElsewhere, 1);
        } else if entry.media.is_empty() && entry.pages.is_empty() {
            self.not_known();
            return Ok(());
        } else {
            let name = entry.words().first().copied().unwrap_or_default().to_owned();
            let entries =
                vec![Some(Entry { media: entry.media.clone(), date: entry.date.clone(), ..Entry::default() })];
            self.album(&name, entries)?;
        }
        let on = entry.pages.first().map_or_else(String::new, |page| self.paths().of(page));
        self.remarks(&entry.remarks, &on, position)
    }

    /// An album: entries with files are its photos, the others words about it.
    fn album(&mut self, name: &str, entries: Vec<Option<Entry>>) -> Result<(), Stop> {
        let (paths, calendar) = (self.paths(), self.calendar);
        if entries.iter().any(Option::is_none) {
            self.not_known();
            return Ok(());
        }
        let mut reading = self.reading(sections::by_id("albums"));
        let position = reading.draft.position;
        reading.written_by_owner();
        reading.note("name", name);
        let (mut words, mut remarks) = (Vec::new(), Vec::new());
        let mut first: Option<Moment> = None;
        for entry in entries.into_iter().flatten() {
            let moment = entry.date.as_deref().and_then(|date| calendar.moment(date));
            if entry.media.is_empty() {
                words.extend(entry.words().into_iter().map(str::to_owned));
                if let (Some(date), false) = (&entry.date, reading.draft.extra.contains_key("date")) {
                    reading.note("date", date.as_str());
                }
            } else {
                photos(&mut reading, &paths, &entry, moment.as_ref());
                let earlier = |known: &Moment, other: &Moment| other.time().order_ms() < known.time().order_ms();
                if let Some(moment) = moment
                    && first.as_ref().is_none_or(|known| earlier(known, &moment))
                {
                    first = Some(moment);
                }
            }
            let on = entry.media.first().map_or_else(String::new, |(uri, _)| paths.of(uri));
            remarks.extend(entry.remarks.into_iter().map(|remark| (on.clone(), remark)));
        }
        reading.add_text(&words.join("\n"));
        if let Some(moment) = first {
            reading.set_moment(moment);
        }
        // Many albums have the same name; the first photo tells them apart.
        let photo = reading.draft.attachments.first().map_or_else(String::new, |file| name_of(&file.name).to_owned());
        reading.platform_id = Some(format!("{name}\n{photo}"));
        let draft = reading.finish(&mut self.twins);
        self.hand_over(draft, false)?;
        for (on, remark) in remarks {
            self.remarks(std::slice::from_ref(&remark), &on, position)?;
        }
        Ok(())
    }

    /// What others wrote under a file: the same remark wherever the file stands, never a twin.
    fn remarks(&mut self, remarks: &[Remark], on: &str, position: u64) -> Result<(), Stop> {
        for remark in remarks {
            self.position += 1;
            let mut reading = self.reader.with(&sections::COMMENTS_ON_MEDIA).reading(position);
            Self::date(&mut reading, self.calendar, Some(&remark.date));
            // Within a minute two people may write the same under two files.
            reading.platform_id = Some([remark.text.as_str(), &remark.author, name_of(on)].join("\n"));
            let said = json!({ "comment": remark.text, "author": remark.author });
            // It is an object.
            let _said = activity::comment_on_media(&mut reading, said, on.to_owned());
            let bad_time = reading.bad_time;
            let draft = reading.finish(&mut Twins::new());
            self.hand_over(draft, bad_time)?;
        }
        Ok(())
    }
}

/// The files of an entry as photos of an album, its words their caption.
fn photos(reading: &mut Reading<'_>, paths: &Paths<'_>, entry: &Entry, moment: Option<&Moment>) {
    let rows: Vec<Value> = entry.rows.iter().map(row_value).collect();
    for (uri, kind) in &entry.media {
        let mut photo = Map::from_iter([("uri".to_owned(), Value::from(paths.of(uri)))]);
        let words = entry.words().join("\n");
        if !words.is_empty() {
            photo.insert("description".to_owned(), words.into());
        }
        if let Some(time) = moment.map(Moment::time) {
            let time = time.utc.clone().or_else(|| time.local.clone());
            photo.insert("creation_time".to_owned(), time.into());
        } else if let Some(date) = &entry.date {
            photo.insert("time_text".to_owned(), date.as_str().into());
        }
        if !rows.is_empty() {
            photo.insert("rows".to_owned(), rows.clone().into());
        }
        let kind = if *kind == AttachmentKind::Other { AttachmentKind::Photo } else { *kind };
        // It has an address, so it is a media object.
        let _file = reading.add_media(Value::Object(photo), kind);
    }
}

fn row_value(row: &Row) -> Value {
    Value::from(row.cells.clone())
}

/// Whether a line is nothing but a date.
fn is_date(calendar: &Calendar<'_>, line: &str) -> bool {
    line.len() <= DATE_LINE_MAX && calendar.printed(line, 2).is_some()
}

/// The moment that a line of an event names, or the first of two with a dash between them.
fn begins(calendar: &Calendar<'_>, line: &str) -> Option<Moment> {
    let line = Some(line).filter(|line| line.len() <= 2 * DATE_LINE_MAX)?;
    let first = [" - ", " – ", " — "].iter().find_map(|dash| line.split_once(dash)).map(|(first, _)| first);
    calendar.moment(line).or_else(|| calendar.moment(first?))
}

/// The list that a heading names; the first list has no other heading than "Friends".
fn relation(heading: &str) -> &'static str {
    const WORDS: [(&str, &[&str]); 6] = [
        ("friends-removed", &["removed", "deleted", "supprim", "retiré", "eliminad", "removid", "rimoss", "entfernt"]),
        ("friend-requests-sent", &["sent", "envoy", "enviad", "inviat", "gesendet", "verzonden"]),
        ("friend-requests-received", &["received", "reçu", "recibid", "recebid", "ricevut", "erhalten", "ontvangen"]),
        ("friend-requests-rejected", &["declined", "rejected", "refus", "rechaz", "rejeit", "rifiut", "abgelehnt"]),
        ("followers", &["followers", "abonnés", "seguidores"]),
        ("following", &["following", "followees", "abonnements", "seguidos"]),
    ];
    let heading = heading.to_lowercase();
    let named = WORDS.iter().find(|(_, words)| words.iter().any(|word| heading.contains(word)));
    named.map_or("friends", |(id, _)| *id)
}

/// Turns addresses of a page into paths of the download.
struct Paths<'p> {
    bundle: &'p Bundle,
    folder: &'p str,
}

impl Paths<'_> {
    fn of(&self, uri: &str) -> String {
        if uri.contains("://") {
            return uri.to_owned();
        }
        let mut rest = uri;
        let mut folders: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        loop {
            if let Some(after) = rest.strip_prefix("../") {
                folders.pop();
                rest = after;
            } else if let Some(after) = rest.strip_prefix("./") {
                rest = after;
            } else {
                break;
            }
        }
        let joined = folders.iter().flat_map(|folder| [*folder, "/"]).chain([rest]).collect::<String>();
        // Some pages write addresses as seen from the root.
        if self.bundle.find(&joined).is_none() && self.bundle.find(rest).is_some() { rest.to_owned() } else { joined }
    }
}
