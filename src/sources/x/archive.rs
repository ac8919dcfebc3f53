//! Reads an archive: the owner and the people mentioned first, then every section.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::media::Files;
use super::people::People;
use super::posts::{self, Note};
use super::sections::{self, Section};
use super::{accounts, grok, messages, script};
use crate::bundle::Bundle;
use crate::model::{Draft, Precision, Twins};
use crate::sources::escapes::text_of;
use crate::sources::{Fields, Problem, ProblemKind, Sink, SkipReason, Stop, json_detail};

/// What all elements need.
pub struct Setting<'a> {
    /// Names.
    pub people: People,
    /// Files of posts and messages.
    pub files: Files<'a>,
}

/// A file and its elements; `None` where one is no JSON.
struct Script {
    file: usize,
    section: Section,
    values: Vec<Option<Value>>,
}

/// Reads everything.
pub fn read(bundle: &Bundle, sink: &dyn Sink) -> Result<(), Stop> {
    let files: Vec<(usize, Section)> = bundle
        .files()
        .filter_map(|(number, file)| {
            let name = file.path.strip_prefix("data/").unwrap_or(&file.path);
            Some((number, sections::of(name)?)).filter(|_| !name.contains('/'))
        })
        .collect();
    let scripts = |wanted: &dyn Fn(Section) -> bool| -> Vec<Script> {
        let chosen = files.iter().filter(|(_, section)| wanted(*section));
        chosen.filter_map(|(file, section)| open(bundle, *file, *section, sink)).collect()
    };
    let mut setting = Setting { people: People::default(), files: Files::of(bundle) };
    let profiles = scripts(&|section| section == Section::Profile);
    for value in profiles.iter().flat_map(|script| script.values.iter().flatten()) {
        if let Some(account) = value.get("account") {
            let text = |key: &str| account.get(key).and_then(Value::as_str).unwrap_or_default();
            setting.people.own(text("accountId"), text("accountDisplayName"), text("username"));
        }
    }
    let own = scripts(&|section| matches!(section, Section::Posts { .. }));
    own.iter()
        .flat_map(|script| script.values.iter().flatten())
        .for_each(|value| posts::teach(value, &mut setting.people));
    let account: Option<Arc<str>> = setting.people.account().map(Arc::from);
    let reading = Reading { sink, setting, account };
    let notes = scripts(&|section| matches!(section, Section::Notes { .. }));
    reading.posts(own, notes)?;
    reading.messages(scripts(&|section| section == Section::Messages))?;
    reading.grok(scripts(&|section| section == Section::Grok))?;
    reading.lists(profiles)?;
    let told = |section: Section| {
        matches!(
            section,
            Section::Posts { .. } | Section::Notes { .. } | Section::Messages | Section::Grok | Section::Profile
        )
    };
    // Lists can be long: one after the other.
    files
        .iter()
        .filter(|(_, section)| !told(*section))
        .try_for_each(|(file, section)| reading.lists(open(bundle, *file, *section, sink).into_iter().collect()))
}

/// Parses a file. What is broken in it is a problem; what stands around that is read.
fn open(bundle: &Bundle, file: usize, section: Section, sink: &dyn Sink) -> Option<Script> {
    let problem = |kind: ProblemKind, detail: String| sink.problem(Problem { file, position: None, kind, detail });
    let text = text_of(bundle, file, sink)?;
    let (values, wrong) = script::elements(&text, section == Section::Messages);
    if let Some(error) = wrong {
        let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
        problem(kind, json_detail(&error));
    }
    Some(Script { file, section, values })
}

/// A reading under way.
struct Reading<'a> {
    sink: &'a dyn Sink,
    setting: Setting<'a>,
    account: Option<Arc<str>>,
}

impl Reading<'_> {
    fn unknown(&self, file: usize, position: u64) {
        let kind = ProblemKind::UnknownShape;
        self.sink.problem(Problem { file, position: Some(position), kind, detail: String::new() });
    }

    fn record(&self, mut draft: Draft) -> Result<(), Stop> {
        let dated = !matches!(draft.kind, crate::model::Kind::Post | crate::model::Kind::Message);
        if !dated && draft.time.precision == Precision::None {
            let (file, position) = (draft.file, Some(draft.position));
            self.sink.problem(Problem { file, position, kind: ProblemKind::BadTime, detail: String::new() });
        }
        draft.account.clone_from(&self.account);
        self.sink.record(draft)
    }

    fn posts(&self, own: Vec<Script>, long: Vec<Script>) -> Result<(), Stop> {
        let mut notes = Vec::new();
        for Script { file, section, values } in long {
            self.sink.parsed(file, count(values.len()));
            for (position, value) in (0_u64..).zip(values) {
                let deleted = section == Section::Notes { deleted: true };
                match value.and_then(|value| Note::read(value, file, position)) {
                    Some(mut note) => {
                        note.deleted = deleted;
                        notes.push(note);
                    }
                    None => self.unknown(file, position),
                }
            }
        }
        for Script { file, section, values } in own {
            let deleted = section == Section::Posts { deleted: true };
            self.each(file, values, |value, position| {
                posts::draft(value, (file, position, deleted), &self.setting, &mut notes).ok()
            })?;
        }
        for note in notes {
            if note.told {
                self.sink.skip(note.file, SkipReason::ToldElsewhere, 1);
            } else {
                self.record(note.draft(&self.setting))?;
            }
        }
        Ok(())
    }

    fn grok(&self, scripts: Vec<Script>) -> Result<(), Stop> {
        let mut twins = Twins::new();
        scripts.into_iter().try_for_each(|Script { file, values, .. }| {
            self.each(file, values, |value, position| {
                let item = Fields::of(value).ok()?.object("grokChatItem")?;
                grok::draft(item, (file, position), &self.setting, &mut twins)
            })
        })
    }

    fn lists(&self, scripts: Vec<Script>) -> Result<(), Stop> {
        scripts.into_iter().try_for_each(|Script { file, section, values }| {
            self.each(file, values, |value, position| {
                accounts::draft(section, value, (file, position), &self.setting).ok()
            })
        })
    }

    /// One record for each element; null and empty ones are skipped, those of another shape are problems.
    fn each(
        &self,
        file: usize,
        values: Vec<Option<Value>>,
        mut draft: impl FnMut(Value, u64) -> Option<Draft>,
    ) -> Result<(), Stop> {
        self.sink.parsed(file, count(values.len()));
        for (position, value) in (0_u64..).zip(values) {
            if value.as_ref().is_some_and(is_empty) {
                self.sink.skip(file, SkipReason::Empty, 1);
                continue;
            }
            match value.and_then(|value| draft(value, position)) {
                Some(draft) => self.record(draft)?,
                None => self.unknown(file, position),
            }
        }
        Ok(())
    }

    /// Elements are the events of all entries; an entry without events, or of another shape, is one.
    fn messages(&self, scripts: Vec<Script>) -> Result<(), Stop> {
        let mut known = HashMap::new();
        let mut files = Vec::new();
        for Script { file, values, .. } in scripts {
            let entries: Vec<Option<(String, Vec<Value>)>> =
                values.into_iter().map(|value| messages::events(value?)).collect();
            for (id, events) in entries.iter().flatten() {
                messages::survey(id, events, &mut known);
            }
            files.push((file, entries));
        }
        let chats = messages::conversations(known, &self.setting);
        let mut seen = HashSet::new();
        for (file, entries) in files {
            let mut position = 0_u64;
            for entry in entries {
                match entry {
                    None => {
                        self.unknown(file, position);
                        position += 1;
                    }
                    Some((_, events)) if events.is_empty() => {
                        self.sink.skip(file, SkipReason::Empty, 1);
                        position += 1;
                    }
                    Some((id, events)) => {
                        for event in events {
                            let at = (file, position);
                            match messages::draft((&id, event), at, chats.get(&id), &self.setting, &mut seen) {
                                messages::Told::Record(draft) => self.record(*draft)?,
                                messages::Told::Again => self.sink.skip(file, SkipReason::ToldElsewhere, 1),
                                messages::Told::Unknown => self.unknown(file, position),
                            }
                            position += 1;
                        }
                    }
                }
            }
            self.sink.parsed(file, position);
        }
        Ok(())
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
