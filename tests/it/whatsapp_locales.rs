//! WhatsApp in every language: chats made from tables of what phones print are read as they were meant.
//!
//! The tables (fixtures/whatsapp/locales) come from Unicode locale data and from the apps' texts, not from the reader's
//! own. Each chat holds notices, files, files left out, deleted and edited messages, calls, places, several lines,
//! and a name with a colon.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta, Timelike as _};
use malle::model::{AttachmentKind, AttachmentStatus, Record};
use malle::sources::ReadOptions;

use crate::support::fixtures;
use crate::support::reading::read_paths;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum App {
    Android,
    Ios,
}

/// One line of `forms.tsv`.
struct Form {
    locales: Vec<String>,
    date: String,
    glue: String,
    /// 24 h, 12 h, and both with seconds.
    times: [String; 4],
    halves: [String; 2],
    zero: char,
}

/// What a message must be read as.
#[derive(Clone, Debug, PartialEq)]
enum Expect {
    Text(String),
    Edited(String),
    Notice(String),
    File(String, String),
    Omitted(AttachmentKind, String),
    Deleted,
    Call(&'static str),
    Place,
    Live,
    Unavailable,
    Cart(String),
    Poll(String),
}

struct Message {
    sender: Option<&'static str>,
    body: String,
    marked: bool,
    expect: Expect,
}

fn table(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(fixtures().join("whatsapp/locales").join(name)).unwrap();
    let visible = |field: &str| {
        let mut parts = field.split("\\u");
        let mut plain = parts.next().unwrap().to_owned();
        for part in parts {
            let (code, rest) = part.split_at(4);
            plain.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
            plain.push_str(rest);
        }
        plain
    };
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').map(visible).collect()).collect()
}

fn forms() -> Vec<Form> {
    let form = |row: Vec<String>| Form {
        locales: row[0].split(' ').map(str::to_owned).collect(),
        date: row[1].clone(),
        glue: row[2].clone(),
        times: [row[3].clone(), row[4].clone(), row[5].clone(), row[6].clone()],
        halves: [row[7].clone(), row[8].clone()],
        zero: row[9].chars().next().unwrap(),
    };
    table("forms.tsv").into_iter().map(form).collect()
}

/// What an app prints in a language: texts by meaning.
type Texts = BTreeMap<(String, App), Meanings>;
type Meanings = BTreeMap<String, Vec<String>>;

fn texts() -> Texts {
    let mut texts = Texts::new();
    for row in table("strings.tsv") {
        let app = if row[1] == "android" { App::Android } else { App::Ios };
        let meanings = texts.entry((row[0].clone(), app)).or_default();
        meanings.entry(row[2].clone()).or_default().push(row[3].clone());
    }
    texts
}

/// The language of the app on a phone of this locale; English where the app does not speak the phone's.
fn language(texts: &Texts, app: App, locale: &str) -> String {
    let known = |language: &str| texts.contains_key(&(language.to_owned(), app));
    let near = match locale {
        "zh-SG" | "zh" => "zh-CN",
        "zh-MO" => "zh-HK",
        "pt" | "pt-AO" | "pt-CV" | "pt-MO" | "pt-MZ" | "pt-ST" => "pt-PT",
        other => other.split('-').next().unwrap(),
    };
    let found = [locale, near, "zh-TW"].into_iter().find(|name| known(name) && (*name != "zh-TW" || near == "zh-HK"));
    found.unwrap_or("en").to_owned()
}

/// Prints a moment by a pattern of Unicode locale data.
fn print(pattern: &str, moment: NaiveDateTime, halves: &[String; 2], zero: char) -> String {
    let mut printed = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            printed.extend(letters.by_ref().take_while(|c| *c != '\''));
            continue;
        }
        let mut width = 1;
        while letter.is_ascii_alphabetic() && letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        let number = match letter {
            'y' if width == 2 => moment.format("%y").to_string(),
            'y' => moment.format("%Y").to_string(),
            'M' => moment.format("%-m").to_string(),
            'd' => moment.format("%-d").to_string(),
            'H' => moment.hour().to_string(),
            'h' => moment.hour12().1.to_string(),
            'K' => (moment.hour() % 12).to_string(),
            'm' => moment.minute().to_string(),
            's' => moment.second().to_string(),
            'a' | 'B' => {
                printed.push_str(&halves[usize::from(moment.hour() >= 12)]);
                continue;
            }
            other => {
                printed.push(other);
                continue;
            }
        };
        let padded = format!("{number:0>width$}");
        printed.extend(padded.chars().map(|c| char::from_u32(u32::from(zero) + c.to_digit(10).unwrap()).unwrap()));
    }
    printed
}

impl Form {
    fn stamp(&self, time: &str, moment: NaiveDateTime) -> String {
        let part = |pattern: &str| print(pattern, moment, &self.halves, self.zero);
        // Quotes stand around words of the glue.
        self.glue.replace('\'', "").replace("{1}", &part(&self.date)).replace("{0}", &part(time))
    }
}

const GROUP: &str = "Trip";
const COLON: &str = "Café: Chez Léa";
const PHOTO: &str = "IMG-20220306-WA0001.jpg";
const PHOTO_IOS: &str = "00000012-PHOTO-2022-03-06-10-00-00.jpg";
const MAP: &str = "https://maps.google.com/?q=14.6937,-17.4441";

fn message(sender: &'static str, body: &str, expect: Expect) -> Message {
    Message { sender: Some(sender), body: body.to_owned(), marked: false, expect }
}

fn text(sender: &'static str, body: &str) -> Message {
    message(sender, body, Expect::Text(body.to_owned()))
}

/// What both apps share.
fn words() -> Vec<Message> {
    vec![
        text("Ana Lima", "hello"),
        text("Bob", "one\n\ntwo: three\n12:30 - four"),
        text(COLON, "first"),
        text(COLON, "note: bring water"),
        text("Zoé", "العربية 中文 हिन्दी"),
        text(COLON, "third"),
    ]
}

/// Words to the end of a month, so that every chat has days beyond 12.
fn fill(chat: &mut Vec<Message>) {
    while chat.len() < 40 {
        chat.push(text(if chat.len().is_multiple_of(2) { "Ana Lima" } else { "Bob" }, "and so on"));
    }
}

fn bare(text: &str) -> String {
    text.replace(['\u{200e}', '\u{200f}'], "")
}

fn android(texts: &Meanings) -> Vec<Message> {
    let mut chat = words();
    for (meaning, text) in texts.iter().flat_map(|(meaning, all)| all.iter().map(move |text| (meaning.as_str(), text)))
    {
        let fill = |name: &str| text.replace("{name}", name);
        let one = match meaning {
            "omitted" => message("Bob", text, Expect::Omitted(AttachmentKind::Other, String::new())),
            "omitted-video" => message("Bob", text, Expect::Omitted(AttachmentKind::Video, String::new())),
            "attached" => {
                let caption = format!("{}\nlook: here", fill(PHOTO));
                chat.push(message("Ana Lima", &caption, Expect::File(PHOTO.into(), "look: here".into())));
                message("Zoé", &fill("Facture 7.pdf"), Expect::File("Facture 7.pdf".into(), String::new()))
            }
            "deleted" => message("Bob", text, Expect::Deleted),
            "deleted-own" => message("Ana Lima", text, Expect::Deleted),
            "voice" => message("Bob", text, Expect::Call("voice")),
            "video" => message("Bob", text, Expect::Call("video")),
            "location" => message("Bob", &fill(MAP), Expect::Place),
            "live" => message("Bob", text, Expect::Live),
            "edited" => message("Bob", &format!("better {text}"), Expect::Edited("better".into())),
            "poll" => message("Bob", &format!("{text}\nWhen?\nOPTION: Monday (2 votes)"), Expect::Poll("When?".into())),
            "notice" => {
                let body = fill("Bob");
                Message { sender: None, marked: false, expect: Expect::Notice(bare(&body)), body }
            }
            "title" => continue,
            other => unreachable!("{other}"),
        };
        chat.push(one);
    }
    chat.push(message("Bob", "null", Expect::Unavailable));
    chat.push(message("Bob", "", Expect::Unavailable));
    fill(&mut chat);
    chat
}

fn ios(texts: &Meanings) -> Vec<Message> {
    let mut chat = words();
    let mark = texts.get("deleted").map_or('\u{200e}', |all| all[0].chars().next().unwrap());
    for (meaning, text) in texts.iter().flat_map(|(meaning, all)| all.iter().map(move |text| (meaning.as_str(), text)))
    {
        let fill = |name: &str| text.replace("{name}", name).replace("{title}", GROUP);
        if let Some(kind) = meaning.strip_prefix("omitted-") {
            let kind = AttachmentKind::from_name(kind);
            let mut one = message("Bob", text, Expect::Omitted(kind, String::new()));
            one.marked = true;
            chat.push(one);
            let mut one = message("Zoé", &format!("look: here {text}"), Expect::Omitted(kind, "look: here".into()));
            one.marked = true;
            chat.push(one);
            if kind == AttachmentKind::Document {
                let body = format!("Facture 7.pdf • {mark}2 xyz {text}");
                let mut one = message("Bob", &body, Expect::File("Facture 7.pdf".into(), String::new()));
                one.marked = true;
                chat.push(one);
            }
            continue;
        }
        let one = match meaning {
            "attached" => {
                let mut captioned = message(
                    "Bob",
                    &format!("look: here {}", fill(PHOTO_IOS)),
                    Expect::File(PHOTO_IOS.into(), "look: here".into()),
                );
                captioned.marked = true;
                chat.push(captioned);
                Message {
                    marked: true,
                    ..message("Ana Lima", &fill(PHOTO_IOS), Expect::File(PHOTO_IOS.into(), String::new()))
                }
            }
            "deleted" => message("Bob", &fill("Zoé"), Expect::Deleted),
            "deleted-own" => message("Ana Lima", text, Expect::Deleted),
            "voice" => message("Bob", text, Expect::Call("voice")),
            "video" => message("Bob", text, Expect::Call("video")),
            "live" => message("Bob", text, Expect::Live),
            "location" => message("Bob", &fill(MAP), Expect::Place),
            "unavailable" => message("Bob", text, Expect::Unavailable),
            "cart" => message("Bob", text, Expect::Cart(bare(text))),
            "edited" => message("Bob", &format!("better {mark}{text}"), Expect::Edited("better".into())),
            "poll" => {
                let body =
                    format!("{mark}{text}\nWhen?\n{mark}OPTION: Monday (2 votes)\n{mark}OPTION: Friday (1 vote)\n");
                message("Bob", &body, Expect::Poll("When?".into()))
            }
            "notice" => {
                let body = if text.starts_with(mark) { fill("Bob") } else { format!("{mark}{}", fill("Bob")) };
                let notice = |marked| Message { marked, ..message(GROUP, &body, Expect::Notice(bare(&body))) };
                chat.push(notice(true));
                notice(false)
            }
            "title" => continue,
            other => unreachable!("{other}"),
        };
        chat.push(one);
    }
    let unknown = format!("{mark}Qwx Bob zyvut “abc” klm");
    chat.push(Message { marked: true, ..message(GROUP, &unknown, Expect::Notice(bare(&unknown))) });
    chat.push(message("Bob", "", Expect::Unavailable));
    fill(&mut chat);
    chat
}

trait FromName {
    fn from_name(name: &str) -> Self;
}

impl FromName for AttachmentKind {
    fn from_name(name: &str) -> Self {
        let all = [Self::Photo, Self::Video, Self::Audio, Self::Sticker, Self::Gif, Self::Document, Self::Contact];
        all.into_iter().find(|kind| kind.name() == name).unwrap()
    }
}

/// Moments that meet midnight, noon, both halves of the day, and days beyond 12.
fn moments(count: usize) -> Vec<NaiveDateTime> {
    let first: NaiveDateTime = "2022-03-05T00:30:05".parse().unwrap();
    (0..count).map(|number| first + TimeDelta::minutes(451) * i32::try_from(number).unwrap()).collect()
}

fn write_android(form: &Form, time: &str, chat: &[Message], moments: &[NaiveDateTime]) -> String {
    let line = |(one, moment): (&Message, &NaiveDateTime)| {
        let sender = one.sender.map_or_else(String::new, |sender| format!("{sender}: "));
        format!("{} - {sender}{}\n", form.stamp(time, *moment), one.body)
    };
    chat.iter().zip(moments).map(line).collect()
}

fn write_ios(form: &Form, time: &str, chat: &[Message], moments: &[NaiveDateTime]) -> String {
    let line = |(one, moment): (&Message, &NaiveDateTime)| {
        let mark = if one.marked { "\u{200e}" } else { "" };
        let body = one.body.replace('\n', "\r\n");
        format!("{mark}[{}] {}: {body}\r\n", form.stamp(time, *moment), one.sender.unwrap())
    };
    chat.iter().zip(moments).map(line).collect()
}

/// What a record says of itself, in the words of the expectations.
fn found(record: &Record) -> Expect {
    let attachment = record.attachments.first();
    let text = record.text.clone();
    if record.system {
        Expect::Notice(text)
    } else if record.deleted {
        Expect::Deleted
    } else if record.extra.contains_key("unavailable") {
        Expect::Unavailable
    } else if let Some(call) = record.extra.get("call") {
        Expect::Call(if call["kind"] == "video" { "video" } else { "voice" })
    } else if let Some(poll) = record.extra.get("poll") {
        Expect::Poll(poll["question"].as_str().unwrap().to_owned())
    } else if record.extra.contains_key("cart") {
        Expect::Cart(text)
    } else if record.place.is_some() {
        Expect::Place
    } else if let Some(attachment) = attachment {
        let omitted = attachment.status == AttachmentStatus::Omitted;
        match (attachment.kind, omitted) {
            (AttachmentKind::Location, true) => Expect::Live,
            (kind, true) if attachment.name.is_empty() => Expect::Omitted(kind, text),
            _ => Expect::File(attachment.name.clone(), text),
        }
    } else if record.edited {
        Expect::Edited(text)
    } else {
        Expect::Text(text)
    }
}

/// Reads a chat and tells what is not as it was meant.
fn compare(
    folder: &Path,
    name: &str,
    content: &str,
    chat: &[Message],
    moments: &[NaiveDateTime],
    seconds: bool,
) -> Vec<String> {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), content).unwrap();
    let mut reading = read_paths(&[folder.to_owned()], &ReadOptions::default());
    std::fs::remove_dir_all(folder).unwrap();
    reading.records.sort_by_key(|record| record.origin[0].position);
    let mut wrong = Vec::new();
    wrong.extend(reading.unaccounted.iter().chain(&reading.problems).cloned());
    if reading.records.len() != chat.len() {
        wrong.push(format!("{} records of {}", reading.records.len(), chat.len()));
    }
    for (record, (one, moment)) in reading.records.iter().zip(chat.iter().zip(moments)) {
        let clock = if seconds { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M" };
        let time = moment.format(clock).to_string();
        let sender = record.author.as_ref().map(|author| author.name.as_str());
        let pseudo = record.extra.get("sender").and_then(serde_json::Value::as_str);
        let found = (record.time.local.as_deref(), record.time.ambiguous, sender.or(pseudo), found(record));
        let wanted = (Some(time.as_str()), false, one.sender, one.expect.clone());
        if found != wanted {
            wrong.push(format!("{:?}: {found:?}, not {wanted:?}", one.body));
        }
    }
    wrong
}

/// Chats made and what was wrong in them.
#[derive(Default)]
struct Tally {
    chats: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Makes a chat of an app in a language with the headers of a locale, for each of its clocks, and reads it.
    fn check(&mut self, scratch: &Path, app: App, language: &str, texts: &Texts, form: &Form) {
        let words = &texts[&(language.to_owned(), app)];
        let chat = if app == App::Android { android(words) } else { ios(words) };
        let moments = moments(chat.len());
        let times = if app == App::Android { &form.times[..2] } else { &form.times[2..] };
        // A clock of twelve hours without a word beside it cannot be told (one locale of Africa).
        let told = |time: &&String| !time.is_empty() && (!time.contains('h') || time.contains(['a', 'B', 'H']));
        for time in times.iter().filter(told) {
            let (folder, name, content) = if app == App::Android {
                let title = words.get("title").map_or("WhatsApp Chat with {name}", |all| all[0].as_str());
                let title = bare(&title.replace("{name}", GROUP));
                ("x".to_owned(), format!("{title}.txt"), write_android(form, time, &chat, &moments))
            } else {
                (format!("WhatsApp Chat - {GROUP}"), "_chat.txt".to_owned(), write_ios(form, time, &chat, &moments))
            };
            let found = compare(&scratch.join(folder), &name, &content, &chat, &moments, time.contains('s'));
            let place = format!("{app:?} {language} {} {} {time}", form.locales[0], form.date);
            self.wrong.extend(found.into_iter().map(|what| format!("{place}: {what}")));
            self.chats += 1;
        }
    }

    fn assert_at_least(&self, chats: usize) {
        let (wrong, first) = (self.wrong.len(), &self.wrong[..self.wrong.len().min(40)]);
        assert!(wrong == 0, "{wrong} wrong in {} chats:\n{}", self.chats, first.join("\n"));
        assert!(self.chats >= chats, "only {} chats", self.chats);
    }
}

#[test]
fn every_locale_and_app_is_read_as_it_was_meant() {
    let (forms, texts) = (forms(), texts());
    let scratch = tempfile::tempdir().unwrap();
    let mut tally = Tally::default();
    for app in [App::Android, App::Ios] {
        let mut locales: BTreeSet<&str> = BTreeSet::new();
        for form in &forms {
            let languages: BTreeSet<String> = form.locales.iter().map(|locale| language(&texts, app, locale)).collect();
            for language in &languages {
                tally.check(scratch.path(), app, language, &texts, form);
            }
            locales.extend(form.locales.iter().map(String::as_str));
        }
        assert_eq!(locales.len(), 267, "locales of WhatsApp's own date patterns");
    }
    tally.assert_at_least(890);
}

#[test]
fn every_language_is_read_with_headers_of_other_regions() {
    let (forms, texts) = (forms(), texts());
    let scratch = tempfile::tempdir().unwrap();
    let mut tally = Tally::default();
    let mut languages: BTreeMap<App, usize> = BTreeMap::new();
    for (number, (language, app)) in texts.keys().enumerate() {
        let whole = forms.iter().filter(|form| *app == App::Android || !form.times[2].is_empty());
        for form in whole.skip(number % 47).step_by(47) {
            tally.check(scratch.path(), *app, language, &texts, form);
        }
        *languages.entry(*app).or_default() += 1;
    }
    assert_eq!((languages[&App::Android], languages[&App::Ios]), (63, 41));
    tally.assert_at_least(700);
}

/// The same chat as both apps print it: what a person did, by the meaning of the text that shows it.
const STAGED: [(&str, &str, &str); 14] = [
    ("Ana Lima", "", "hello"),
    ("Bob", "", "one\n\ntwo: three"),
    ("Ana Lima", "attached", ""),
    ("Bob", "omitted", ""),
    ("Bob", "deleted", ""),
    ("Ana Lima", "deleted-own", ""),
    ("Bob", "voice", ""),
    ("Bob", "video", ""),
    ("Ana Lima", "map", ""),
    ("Bob", "live", ""),
    ("Bob", "edited", "better"),
    (COLON, "", "note: bring water"),
    (COLON, "", "see you"),
    ("Bob", "", ""),
];

/// Writes the staged chat; nothing when the table lacks a text of this language.
fn staged(app: App, texts: &Meanings) -> Option<Vec<Message>> {
    let ios = app == App::Ios;
    let first = |meaning: &str| texts.get(meaning).and_then(|all| all.first()).cloned();
    let mark = first("deleted")?.chars().next().filter(|c| ios && matches!(c, '\u{200e}' | '\u{200f}'));
    let message = |(sender, meaning, words): &(&'static str, &str, &str)| {
        let body = match *meaning {
            "" => (*words).to_owned(),
            "attached" => first(meaning)?.replace("{name}", if ios { PHOTO_IOS } else { PHOTO }),
            "omitted" => first(if ios { "omitted-photo" } else { meaning })?,
            "map" => match (mark, first("location")) {
                (Some(mark), _) => format!("{mark}Location: {MAP}"),
                (None, label) => label?.replace("{name}", MAP),
            },
            // Few languages of this remark are known; on iPhones its marks tell.
            "edited" => match (mark, first("edited")) {
                (_, Some(remark)) => format!("{words} {}{remark}", mark.map_or_else(String::new, String::from)),
                (Some(mark), None) => format!("{words} {mark}<qwx zyvut>"),
                (None, None) => format!("{words} <This message was edited>"),
            },
            meaning => first(meaning)?.replace("{name}", "Zoé"),
        };
        let marked = ios && matches!(*meaning, "attached" | "omitted");
        Some(Message { sender: Some(sender), body, marked, expect: Expect::Unavailable })
    };
    STAGED.iter().map(message).collect()
}

#[test]
fn one_chat_in_every_language_and_app_gives_the_same_messages() {
    let (forms, texts) = (forms(), texts());
    let scratch = tempfile::tempdir().unwrap();
    let mut first: Option<Vec<(String, Option<String>, String)>> = None;
    let mut languages: BTreeMap<App, usize> = BTreeMap::new();
    for (name, app) in texts.keys() {
        let Some(mut chat) = staged(*app, &texts[&(name.clone(), *app)]) else { continue };
        fill(&mut chat);
        let moments = moments(chat.len());
        let speaks = |form: &&Form| form.locales.iter().any(|locale| language(&texts, *app, locale) == *name);
        let own = forms.iter().filter(|form| *app == App::Android || !form.times[3].is_empty());
        let form = own.clone().find(speaks).or_else(|| own.clone().next()).unwrap();
        let (file, content) = match app {
            App::Android => ("WhatsApp Chat with Bob.txt", write_android(form, &form.times[0], &chat, &moments)),
            App::Ios => ("WhatsApp Chat - Bob.txt", write_ios(form, &form.times[3], &chat, &moments)),
        };
        let path = scratch.path().join(file);
        std::fs::write(&path, content).unwrap();
        let mut reading = read_paths(std::slice::from_ref(&path), &ReadOptions::default());
        std::fs::remove_file(&path).unwrap();
        reading.records.sort_by_key(|record| record.origin[0].position);
        let told = |record: &Record| {
            let minute = record.time.local.as_ref().map(|local| local.chars().take(16).collect());
            (record.id.to_string(), minute, record.text.clone())
        };
        let found: Vec<_> = reading.records.iter().map(told).collect();
        let wanted = first.get_or_insert_with(|| found.clone());
        for (number, (found, wanted)) in found.iter().zip(wanted.iter()).enumerate() {
            assert_eq!(found, wanted, "{app:?} {name}: {:?}", chat[number].body);
        }
        assert_eq!((found.len(), reading.problems), (wanted.len(), Vec::new()), "{app:?} {name}");
        *languages.entry(*app).or_default() += 1;
    }
    assert_eq!((languages[&App::Android], languages[&App::Ios]), (58, 41), "languages with all texts");
}

/// Reads a chat of one line for each stamp; the times it gives.
fn times_of(lines: &[String]) -> Vec<Option<String>> {
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(scratch.path().join("_chat.txt"), lines.concat()).unwrap();
    let mut reading = read_paths(&[scratch.path().to_owned()], &ReadOptions::default());
    reading.records.sort_by_key(|record| record.origin[0].position);
    reading.records.into_iter().map(|record| record.time.local.filter(|_| !record.time.ambiguous)).collect()
}

#[test]
fn words_for_parts_of_the_day_tell_the_hour() {
    let rows = table("periods.tsv");
    let mut wrong = Vec::new();
    for row in &rows {
        let words: Vec<&str> = row[1].split('|').collect();
        let wanted: Vec<_> = (0..24).map(|hour| Some(format!("2022-03-18T{hour:02}:05"))).collect();
        for before in [false, true] {
            let line = |(hour, word): (usize, &&str)| {
                let clock = format!("{}:05", (hour + 11) % 12 + 1);
                let clock = if before { format!("{word} {clock}") } else { format!("{clock} {word}") };
                format!("18/03/2022, {clock} - Ana: hi\n")
            };
            let lines: Vec<String> = words.iter().enumerate().map(line).collect();
            let found = times_of(&lines);
            if found != wanted {
                wrong.push(format!("{} {words:?}: {found:?}", row[0]));
            }
        }
    }
    assert!(wrong.is_empty() && rows.len() > 80, "{}", wrong.join("\n"));
}

#[test]
fn other_calendars_give_the_days_of_the_common_one() {
    let wanted = ["2022-03-18T14:05:07", "2022-12-31T00:30:00", "2025-03-20T09:59:59", "2025-03-21T23:00:01"];
    let rows = table("calendars.tsv");
    let mut wrong = Vec::new();
    for row in &rows {
        let lines: Vec<String> = row[2].split('|').map(|stamp| format!("[{stamp}] Ana: hi\r\n")).collect();
        let found = times_of(&lines);
        let found: Vec<&str> = found.iter().map(|time| time.as_deref().unwrap_or("unsure")).collect();
        if found != wanted {
            wrong.push(format!("{} {}: {found:?}", row[0], row[1]));
        }
    }
    assert!(wrong.is_empty() && rows.len() > 40, "{}", wrong.join("\n"));
}
