//! `show`: one record with its neighbours.

use clap::{ArgMatches, Command};

use crate::cli::annotated::{Shown, book};
use crate::cli::archive_view::{Damage, Questions, record_by_id};
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::exit::Exit;
use crate::cli::flags;
use crate::cli::json::{OtherTelling, ShowDocument, ShownRecord};
use crate::cli::names::{LateNames, ShownNames};
use crate::cli::record_view::{ID_SHOWN, short_id};
use crate::ingest::read_conversations;
use crate::model::{Platform, Record};
use crate::store::{Archive, RecordReader};
use crate::words::Words;

mod alike;

/// Messages looked at on either side in another telling, whose clock may be that of another zone.
const NEAR: usize = 200;

pub(super) fn command(words: &Words) -> Command {
    flags::command(words, "show", "voir", "show-about")
        .arg(flags::positional(words, "id", "show-id", "value-id").required(true))
        .arg(
            flags::option(words, "context", "contexte", "show-context", "value-number")
                .short('C')
                .value_parser(clap::value_parser!(u32)),
        )
        .after_help(words.text("show-examples"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context) -> Result<Exit, CommandError> {
    let given = matches.get_one::<String>("id").map(String::as_str).unwrap_or_default();
    let mut archive = context.open()?;
    let mut damage = Damage::default();
    let ready = context.index(&mut archive, &mut damage)?;
    let mut questions = Questions::to(&archive, ready);
    let mut reader = RecordReader::new(&archive);
    let found = match record_by_id(context, (&mut questions, &mut damage), &mut reader, given) {
        // It may lie in what is damaged.
        Err(error) if error.kind == ErrorKind::IdNotFound => return damage.or(Exit::NothingFound).and(Err(error)),
        found => found?,
    };
    let count = matches.get_one::<u32>("context").copied();
    let (before, after) = match (&found.record.conversation, count) {
        (Some(conversation), Some(count)) => {
            let count = usize::try_from(count).unwrap_or(0);
            let (time, place) = (found.record.time.order_ms(), found.place);
            let places =
                questions.ask(context, &mut damage, |index| index.neighbours(&conversation.id, time, place, count))?;
            let mut read = |places: &[u64]| -> Result<Vec<Record>, CommandError> {
                places.iter().filter_map(|place| damage.record_at(&mut reader, *place).transpose()).collect()
            };
            (read(&places.before)?, read(&places.after)?)
        }
        _ => (Vec::new(), Vec::new()),
    };
    let also = other_tellings(context, &archive, (&mut questions, &mut reader), &found.record, &mut damage)?;
    let alike = alike::alike(context, (&mut questions, &mut reader), &found.record, &mut damage)?;
    let book = book(&archive, &mut damage)?;
    let said = Shown::of(&book);
    let mut names = LateNames::new(&archive, &book);
    let mut names_of = |context: &mut Context, damage: &mut Damage, record: &Record| {
        names.of(context, (&mut questions, damage), record)
    };
    if context.output.is_json() {
        let (labels, note) = (said.labels(&found.record.id).to_vec(), said.note(&found.record.id).map(str::to_owned));
        let person = names_of(context, &mut damage, &found.record)?.author;
        let alike = alike.iter().map(|other| other.id.to_string()).collect();
        let record = ShownRecord { record: found.record, person, also, alike, labels, note };
        match count {
            None => context.output.json_line(&record)?,
            Some(_) => context.output.json_line(&ShowDocument { record, before, after })?,
        }
        return damage.or(Exit::Done);
    }
    for record in &before {
        let names = names_of(context, &mut damage, record)?;
        show(context, (record, &names), &said)?;
        context.output.line("")?;
    }
    let shown = names_of(context, &mut damage, &found.record)?;
    show(context, (&found.record, &shown), &said)?;
    for other in &also {
        let told = remark(context, other);
        context.output.line(&format!("  — {told}"))?;
    }
    for other in &alike {
        let told = context.words.with("record-alike", &[("id", short_id(other).into())]);
        context.output.line(&format!("  — {told}"))?;
    }
    for record in &after {
        context.output.line("")?;
        let names = names_of(context, &mut damage, record)?;
        show(context, (record, &names), &said)?;
    }
    damage.or(Exit::Done)
}

/// Other tellings of a chat of WhatsApp: a text export and a database are linked, never merged.
fn other_tellings(
    context: &mut Context,
    archive: &Archive,
    (questions, reader): (&mut Questions<'_>, &mut RecordReader<'_>),
    record: &Record,
    damage: &mut Damage,
) -> Result<Vec<OtherTelling>, CommandError> {
    let Some(conversation) = record.conversation.as_ref().filter(|_| record.platform == Platform::Whatsapp) else {
        return Ok(Vec::new());
    };
    let all = damage.intact(read_conversations(archive))?.unwrap_or_default();
    let also: &[String] = all.iter().find(|line| line.id == conversation.id).map_or(&[], |line| &line.also);
    let mut others = Vec::new();
    for line in all.iter().filter(|line| also.contains(&line.id)) {
        let time = record.time.order_ms();
        let places = questions.ask(context, damage, |index| index.neighbours(&line.id, time, 0, NEAR))?;
        let mut near: Vec<Record> = Vec::new();
        for place in places.before.iter().chain(&places.after) {
            near.extend(damage.record_at(reader, *place)?);
        }
        let apart = |other: &Record| Some(other.time.order_ms()?.abs_diff(time?));
        let near = near.iter().min_by_key(|other| (letters(&other.text) != letters(&record.text), apart(other)));
        others.push(OtherTelling {
            conversation_id: line.id.clone(),
            title: if line.title.is_empty() { line.participants.join(", ") } else { line.title.clone() },
            messages: line.messages,
            near: near.map(|near| near.id.to_string()),
        });
    }
    Ok(others)
}

/// What a telling may write otherwise is left out.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn remark(context: &Context, other: &OtherTelling) -> String {
    let count = context.words.with("count-message", &[("count", other.messages.into())]);
    let conversation = format!("{} ({count})", context.output.short(&other.title, 48));
    let also = context.words.with("conversation-also", &[("conversations", conversation.into())]);
    let Some(id) = &other.near else { return also };
    let id: String = id.chars().take(ID_SHOWN).collect();
    context.words.with("record-also", &[("also", also.into()), ("id", id.into())])
}

/// A record, whole.
fn show(context: &mut Context, (record, names): (&Record, &ShownNames), said: &Shown) -> Result<(), CommandError> {
    let heading = format!("{}  {}", context.output.strong(&context.heading(record, names)), record.id);

    context.output.line(&heading)?;
    let marks: Vec<String> = [
        (record.system, "record-system"),
        (record.deleted, "record-deleted"),
        (record.edited, "record-edited"),
        (record.time.ambiguous, "record-ambiguous-time"),
        (record.time.utc.is_none() && record.time.local.is_some(), "record-phone-time"),
    ]
    .into_iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, id)| context.words.text(id))
    .collect();
    if !marks.is_empty() {
        context.output.line(&format!("  ({})", context.words.list(marks)))?;
    }
    for line in record.text.lines() {
        let line = context.output.imported(line).into_owned();
        context.output.line(format!("  {line}").trim_end())?;
    }
    let words = &context.words;
    let worded = record.otherwise("text").map(|text| words.with("record-worded", &[("text", text.into())]));
    let called = record.otherwise("name").map(|name| words.with("record-called", &[("name", name.into())]));
    let mut facts: Vec<String> = worded.chain(called).collect();
    facts.extend(record.attachments.iter().map(|file| context.attachment(file)));
    let captions = record.attachments.iter().filter_map(|file| file.caption.clone());
    facts.extend(captions.filter(|caption| *caption != record.text));
    facts.extend(record.links.iter().map(|link| match &link.title {
        Some(title) => format!("{title} {}", link.url),
        None => link.url.clone(),
    }));
    facts.extend(record.place.iter().filter_map(|place| place.name.clone().or_else(|| place.address.clone())));
    if !record.tags.is_empty() {
        facts.push(context.words.with("record-with", &[("names", context.words.list(&record.tags).into())]));
    }
    facts.extend(record.reactions.iter().map(|reaction| format!("{} {}", reaction.emoji, reaction.actor)));
    let labels = said.labels(&record.id);
    if !labels.is_empty() {
        facts.push(context.words.with("record-labels", &[("labels", context.words.list(labels).into())]));
    }
    facts.extend(said.note(&record.id).map(|note| context.words.with("record-note", &[("note", note.into())])));
    for fact in facts {
        let fact = context.output.imported(&fact).into_owned();
        context.output.line(&format!("  — {fact}"))?;
    }
    Ok(())
}
