//! Reads the databases of a bundle: names first, then messages, one database after the other because each is held whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::detect;
use super::image::{self, Failure};
use super::message::{Chat, Maker, Message};
use super::people::{People, THE_APP};
use super::sql::{Broken, Database, Line};
use super::walk::{Gap, KEYS, walk};
use super::{android, apple, business, contacts, legacy, vcard};
use crate::bundle::{Bundle, limits};
use crate::model::{Draft, Precision, RecordId};
use crate::sources::whatsapp::WhatsappKey;
use crate::sources::{Problem, ProblemKind, ReadOptions, Sink, SkipReason, Stop, detail};

/// Damage found in tables.
type Damages = Vec<(String, Broken)>;

/// Whether a key is needed for a file, and whether this one is it.
pub fn key_fits(bundle: &Bundle, file: usize, key: Option<&WhatsappKey>) -> Option<bool> {
    image::key_fits(bundle, file, key)
}

/// Reads these address books and databases.
pub fn read(
    bundle: &Bundle,
    (books, databases): (&[usize], &[usize]),
    options: &ReadOptions,
    sink: &dyn Sink,
) -> Result<(), Stop> {
    let path = |file: usize| bundle.file(file).map_or("", |file| file.path.as_str());
    let mut people = People::default();
    for file in books.iter().copied() {
        let reading = Reading { bundle, file, options, sink };
        reading.cards(&mut people)?;
    }
    let (first, rest): (Vec<usize>, Vec<usize>) =
        databases.iter().partition(|file| detect::is_contacts_name(path(**file)));
    for file in first.into_iter().chain(rest) {
        let reading = Reading { bundle, file, options, sink };
        reading.database(&mut people)?;
    }
    Ok(())
}

/// One file being read.
struct Reading<'a> {
    bundle: &'a Bundle,
    file: usize,
    options: &'a ReadOptions,
    sink: &'a dyn Sink,
}

/// Counts of one file.
#[derive(Default)]
struct Count {
    elements: u64,
}

impl Count {
    fn next(&mut self) -> u64 {
        let position = self.elements;
        self.elements += 1;
        position
    }
}

impl Reading<'_> {
    fn problem(&self, kind: ProblemKind, position: Option<u64>, code: &'static str, numbers: &[u64]) {
        self.sink.problem(Problem { file: self.file, position, kind, detail: detail(code, numbers) });
    }

    fn cards(&self, people: &mut People) -> Result<(), Stop> {
        let bytes = match self.bundle.read(self.file) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problem(ProblemKind::Damaged, None, error.damage.name(), &[]);
                self.sink.parsed(self.file, 0);
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            self.problem(ProblemKind::NotUtf8, None, "", &[]);
        }
        let cards = vcard::cards(&text, limits::CARDS_MAX);
        if cards.is_empty() {
            self.sink.kept_raw(self.file, "unknown-shape");
            return Ok(());
        }
        if cards.len() >= limits::CARDS_MAX {
            self.problem(ProblemKind::TooLarge, None, "too-many-cards", &[]);
        }
        contacts::teach(&cards, people);
        self.hand_over_contacts(contacts::cards(&cards, self.file))
    }

    fn hand_over_contacts(&self, drafts: Vec<Option<Draft>>) -> Result<(), Stop> {
        self.sink.parsed(self.file, u64::try_from(drafts.len()).unwrap_or(u64::MAX));
        let empty = drafts.iter().filter(|draft| draft.is_none()).count();
        if empty > 0 {
            self.sink.skip(self.file, SkipReason::Empty, u64::try_from(empty).unwrap_or(u64::MAX));
        }
        drafts.into_par_iter().flatten().try_for_each(|draft| self.sink.record(draft))
    }

    fn database(&self, people: &mut People) -> Result<(), Stop> {
        let opened = match image::open(self.bundle, self.file, self.options.whatsapp_key.as_ref()) {
            Ok(opened) => opened,
            Err(failure) => {
                self.refuse(failure);
                return Ok(());
            }
        };
        let database = opened.database;
        for remark in opened.remarks.into_iter().chain(database.damaged.then_some("database-damaged")) {
            self.problem(ProblemKind::Damaged, None, remark, &[]);
        }
        let mut broken = Damages::new();
        if let Some(found) = contacts::Contacts::read(&database, &mut broken) {
            found.teach(people);
            self.tell(&broken);
            return self.hand_over_contacts(found.drafts(people, self.file));
        }
        let mut count = Count::default();
        let messages = database.table("message").is_some_and(|table| table.has("key_id") && table.has("chat_row_id"));
        let old = database.table("messages").is_some_and(|table| table.has("key_remote_jid"));
        if messages || old {
            self.android(&database, people.clone(), (messages, old), &mut count)?;
        } else if database.table("ZWAMESSAGE").is_some() {
            self.apple(&database, people.clone(), &mut count)?;
        } else {
            self.sink.kept_raw(self.file, "unknown-file");
            return Ok(());
        }
        self.sink.parsed(self.file, count.elements);
        Ok(())
    }

    /// The file gives nothing: says why.
    fn refuse(&self, failure: Failure) {
        match failure {
            Failure::Damage(damage) => {
                self.problem(ProblemKind::Damaged, None, damage.name(), &[]);
                self.sink.parsed(self.file, 0);
            }
            Failure::Empty => {
                self.problem(ProblemKind::Damaged, None, "empty-file", &[]);
                self.sink.parsed(self.file, 0);
            }
            Failure::NeedsKey => {
                self.problem(ProblemKind::NeedsKey, None, "", &[]);
                self.sink.kept_raw(self.file, "needs-key");
            }
            Failure::WrongKey => {
                self.problem(ProblemKind::WrongKey, None, "", &[]);
                self.sink.kept_raw(self.file, "wrong-key");
            }
            Failure::TooLarge => {
                self.problem(ProblemKind::TooLarge, None, "", &[]);
                self.sink.kept_raw(self.file, "database-too-large");
            }
            Failure::Increment => self.sink.kept_raw(self.file, "backup-increment"),
            Failure::Unknown => {
                self.problem(ProblemKind::Damaged, None, "database-unknown", &[]);
                self.sink.kept_raw(self.file, "unknown-file");
            }
        }
    }

    /// Names damage of tables beside the messages: how many could not be read whole.
    fn tell(&self, broken: &Damages) {
        for (kind, why) in [(ProblemKind::Damaged, Broken::Corrupt), (ProblemKind::TooLarge, Broken::TooLarge)] {
            let tables: BTreeSet<&str> =
                broken.iter().filter(|(_, broken)| *broken == why).map(|(table, _)| table.as_str()).collect();
            if !tables.is_empty() {
                let count = u64::try_from(tables.len()).unwrap_or(u64::MAX);
                self.problem(kind, None, "database-tables", &[count]);
            }
        }
    }

    /// Names messages that could not be read, by the numbers of their rows.
    fn tell_gap(&self, gap: Option<Gap>) {
        let number = |row: i64| u64::try_from(row).unwrap_or(0);
        match gap {
            None => {}
            Some(Gap::Count(count)) => self.problem(ProblemKind::Damaged, None, "database-rows-missing", &[count]),
            Some(Gap::Between(broken, after, before)) => {
                let kind = if broken == Broken::TooLarge { ProblemKind::TooLarge } else { ProblemKind::Damaged };
                let (from, to) = (number(after.saturating_add(1)), number(before.saturating_sub(1)));
                if before < KEYS.1 {
                    self.problem(kind, None, "database-rows", &[from, to]);
                } else {
                    self.problem(kind, None, "database-rows-from", &[from]);
                }
            }
        }
    }

    fn android(
        &self,
        database: &Database,
        mut people: People,
        (messages, old): (bool, bool),
        count: &mut Count,
    ) -> Result<(), Stop> {
        let mut broken = Damages::new();
        let (book, mut chats) = android::Book::read(database, &mut people, &mut broken);
        for (address, chat) in legacy::chats(database, &mut broken) {
            let known = chats.entry(address).or_default();
            known.title = known.title.take().or(chat.title);
            if known.members.is_empty() {
                known.members = chat.members;
            }
        }
        let mut maker = Maker::new((self.bundle, self.file), &people, chats, self.options);
        let mut told: HashSet<RecordId> = HashSet::new();
        let (calls, call_lines) = android::Calls::read(database, &book, &mut broken);
        let mut called: HashSet<String> = HashSet::new();
        if let Some(table) = database.table("message").filter(|_| messages) {
            let tables = android::Tables::of(database, &mut broken);
            let gap = walk(database, table, "_id", &mut |lines| {
                let around = tables.fetch(database, &lines, &mut broken);
                self.hand_over(&mut maker, &lines, count, &mut told, |line, position| {
                    let mut message = android::message(&book, &tables, &around, line, position)?;
                    if calls.complete(&mut message) {
                        called.insert(message.key.clone());
                    }
                    Some(message)
                })
            })?;
            self.tell_gap(gap);
            let waiting = database.table("message_add_on_orphan").and_then(|table| database.count(table)).unwrap_or(0);
            let orphans = database.orphans("message_add_on", "parent_message_row_id", "message").unwrap_or(0) + waiting;
            if orphans > 0 {
                self.problem(ProblemKind::UnknownShape, None, "reactions-without-message", &[orphans]);
            }
        }
        if let Some(table) = database.table("messages").filter(|_| old) {
            maker.second_telling();
            let gap = walk(database, table, "_id", &mut |lines| {
                let quotes = legacy::quotes(database, &lines, &mut broken);
                self.hand_over(&mut maker, &lines, count, &mut told, |line, position| {
                    legacy::message(&quotes, line, position)
                })
            })?;
            self.tell_gap(gap);
        }
        maker.second_telling();
        let (known, new): (Vec<Line>, Vec<Line>) =
            call_lines.into_iter().partition(|line| line.text("call_id").is_some_and(|key| called.contains(key)));
        if !known.is_empty() {
            count.elements += u64::try_from(known.len()).unwrap_or(0);
            self.sink.skip(self.file, SkipReason::ToldElsewhere, u64::try_from(known.len()).unwrap_or(0));
        }
        self.hand_over(&mut maker, &new, count, &mut told, |line, position| calls.call(&book, line, position))?;
        let mut empty = 0;
        for note in business::notes(database, &book, &book.labels, &mut broken) {
            let position = count.next();
            match note {
                Some(note) => self.sink.record(maker.note(note, position))?,
                None => empty += 1,
            }
        }
        if empty > 0 {
            self.sink.skip(self.file, SkipReason::Empty, empty);
        }
        self.tell(&broken);
        Ok(())
    }

    fn apple(&self, database: &Database, mut people: People, count: &mut Count) -> Result<(), Stop> {
        let mut broken = Damages::new();
        let (book, chats): (_, HashMap<String, Chat>) = apple::Book::read(database, &mut people, &mut broken);
        let mut maker = Maker::new((self.bundle, self.file), &people, chats, self.options);
        let (mut told, mut unclear) = (HashSet::new(), 0);
        if let Some(table) = database.table("ZWAMESSAGE") {
            let gap = walk(database, table, "Z_PK", &mut |lines| {
                let media = apple::media(database, &lines, &mut broken);
                let infos = apple::infos(database, &lines, &mut broken);
                self.hand_over(&mut maker, &lines, count, &mut told, |line, position| {
                    let mut message = apple::message(&book, &media, line, position)?;
                    match apple::reactions(&infos, line) {
                        Some(found) => message.reactions = found,
                        None => unclear += 1,
                    }
                    Some(message)
                })
            })?;
            self.tell_gap(gap);
        }
        if unclear > 0 {
            self.problem(ProblemKind::UnknownShape, None, "reactions-unclear", &[unclear]);
        }
        self.tell(&broken);
        Ok(())
    }

    /// Makes records of rows. What another table of this database told already is skipped.
    fn hand_over(
        &self,
        maker: &mut Maker<'_>,
        lines: &[Line],
        count: &mut Count,
        told: &mut HashSet<RecordId>,
        mut message: impl FnMut(&Line, u64) -> Option<Message>,
    ) -> Result<(), Stop> {
        let (mut drafts, mut empty, mut known) = (Vec::with_capacity(lines.len()), 0, 0);
        for line in lines {
            let position = count.next();
            let Some(message) = message(line, position) else {
                empty += 1;
                continue;
            };
            let is_dated = message.sender.as_deref() != Some(THE_APP);
            let draft = maker.draft(message);
            if !told.insert(draft.id) {
                known += 1;
                continue;
            }
            if line.replaced {
                self.problem(ProblemKind::NotUtf8, Some(position), "", &[]);
            }
            if is_dated && draft.time.precision == Precision::None {
                self.problem(ProblemKind::BadTime, Some(position), "", &[]);
            }
            drafts.push(draft);
        }
        for (reason, number) in [(SkipReason::Empty, empty), (SkipReason::ToldElsewhere, known)] {
            if number > 0 {
                self.sink.skip(self.file, reason, number);
            }
        }
        drafts.into_par_iter().with_min_len(64).try_for_each(|draft| self.sink.record(draft))
    }
}
