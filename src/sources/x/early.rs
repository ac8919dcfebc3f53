//! Archives before August 2018: posts by month in `data/js/tweets/`, all of them once more in `tweets.csv` (`data/csv/` at first).

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::archive::Setting;
use super::media::Files;
use super::people::People;
use super::{posts, script};
use crate::bundle::{Bundle, File};
use crate::model::{Draft, Fingerprint, Kind, Link, Platform, Precision, Time, Twins};
use crate::sources::escapes::text_of;
use crate::sources::{Fields, Problem, ProblemKind, Sink, SkipReason, Stop, bytes_of, json_detail};

/// How scripts of posts begin.
pub const SIGN: &[u8] = b"Grailbird.data";

/// How tables of posts begin; the first ones have fewer columns.
pub const CSV_SIGN: &[u8] = b"\"tweet_id\"";

/// What a file of such an archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Posts of a month.
    Month,
    /// Posts as a table.
    Table,
    /// The owner.
    Owner,
    /// Counts of posts.
    Counts,
}

/// What a file holds, by its path.
pub fn part_of(path: &str) -> Option<Part> {
    let ends = |end: &str| path.rsplit_once('.').is_some_and(|(_, found)| found == end);
    match path {
        "data/js/user_details.js" => Some(Part::Owner),
        "data/js/tweet_index.js" | "data/js/payload_details.js" => Some(Part::Counts),
        "tweets.csv" => Some(Part::Table),
        _ if path.starts_with("data/js/tweets/") && ends("js") => Some(Part::Month),
        _ if path.starts_with("data/csv/") && ends("csv") => Some(Part::Table),
        _ => None,
    }
}

/// Where such an archive begins, by one of its files and how that begins.
pub fn root_of<'p>(path: &'p str, head: &dyn Fn() -> Vec<u8>) -> Option<&'p str> {
    let root = |end: &str| path.strip_suffix(end).filter(|root| root.is_empty() || root.ends_with('/'));
    if let Some(root) = root("tweets.csv") {
        return head().trim_ascii_start().starts_with(CSV_SIGN).then_some(root);
    }
    let at = path.find("data/js/tweets/").filter(|at| *at == 0 || path.as_bytes().get(at - 1) == Some(&b'/'))?;
    let begins = || head().trim_ascii_start().starts_with(SIGN);
    (path.rsplit_once('.').is_some_and(|(_, end)| end == "js") && begins()).then(|| path.get(..at))?
}

/// The files of such an archive.
fn parts(bundle: &Bundle) -> impl Iterator<Item = (usize, &File, Part)> {
    bundle.files().filter_map(|(number, file)| Some((number, file, part_of(&file.path)?)))
}

/// Reads everything.
pub fn read(bundle: &Bundle, sink: &dyn Sink) -> Result<(), Stop> {
    let mut setting = Setting { people: People::default(), files: Files::of(bundle) };
    let mut owners = Vec::new();
    for (file, _, _) in parts(bundle).filter(|(_, _, part)| *part == Part::Owner) {
        let Some(text) = text_of(bundle, file, sink) else { continue };
        let told: serde_json::Result<Map<String, Value>> = serde_json::from_str(
            text.split_once('=').map_or("", |(_, object)| object).trim_end().trim_end_matches(';'),
        );
        match told {
            Ok(told) => {
                let text = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
                setting.people.own(text("id"), text("full_name"), text("screen_name"));
                owners.push((file, told));
            }
            Err(error) => {
                let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
                sink.problem(Problem { file, position: None, kind, detail: json_detail(&error) });
                sink.parsed(file, 0);
            }
        }
    }
    let account: Option<Arc<str>> = setting.people.account().map(Arc::from);
    let mut teller = Teller { bundle, sink, setting, account, known: HashSet::new() };
    for (file, told) in owners {
        teller.owner(file, told)?;
    }
    // Tables tell the same with less.
    for wanted in [Part::Month, Part::Table] {
        for (file, _, _) in parts(bundle).filter(|(_, _, part)| *part == wanted) {
            if wanted == Part::Month { teller.month(file)? } else { teller.table(file)? }
        }
    }
    Ok(())
}

struct Teller<'t> {
    bundle: &'t Bundle,
    sink: &'t dyn Sink,
    setting: Setting<'t>,
    account: Option<Arc<str>>,
    /// Numbers of posts told so far.
    known: HashSet<String>,
}

impl Teller<'_> {
    fn problem(&self, file: usize, position: Option<u64>, kind: ProblemKind, detail: String) {
        self.sink.problem(Problem { file, position, kind, detail });
    }

    fn record(&self, mut draft: Draft) -> Result<(), Stop> {
        draft.account.clone_from(&self.account);
        self.sink.record(draft)
    }

    fn owner(&self, file: usize, told: Map<String, Value>) -> Result<(), Stop> {
        let mut told = Fields::of(Value::Object(told)).unwrap_or_default();
        let number = told.text("id").unwrap_or_default();
        let time = told.text("created_at").map_or_else(Time::none, |text| clock(&text));
        let id = Fingerprint::new(Platform::X, Kind::Profile).text(&number).text("account").text(&number);
        let id = id.finish(&mut Twins::new());
        let mut draft = Draft::new(id, Kind::Profile, Platform::X, time, file, 0);
        draft.author = self.setting.people.owner();
        draft.text = told.text("bio").or_else(|| told.text("full_name")).unwrap_or_default();
        draft.links.extend(told.text("expanded_url").map(|url| Link { url, title: None }));
        draft.extra = told.rest();
        draft.extra.insert("accountId".to_owned(), number.into());
        self.record(draft)?;
        self.sink.parsed(file, 1);
        Ok(())
    }

    fn month(&mut self, file: usize) -> Result<(), Stop> {
        let Some(text) = text_of(self.bundle, file, self.sink) else { return Ok(()) };
        let (found, wrong) = script::elements(&text, false);
        if let Some(error) = wrong {
            let kind = if error.is_eof() { ProblemKind::TruncatedJson } else { ProblemKind::BadJson };
            self.problem(file, None, kind, json_detail(&error));
        }
        let mut count = 0;
        for value in found {
            if let Some(mentions) =
                value.as_ref().and_then(|value| value.pointer("/entities/user_mentions")?.as_array())
            {
                for mention in mentions {
                    let text = |key: &str| mention.get(key).and_then(Value::as_str).unwrap_or_default();
                    self.setting.people.name(text("id_str"), text("name"), text("screen_name"));
                }
            }
            self.post(file, count, value)?;
            count += 1;
        }
        self.sink.parsed(file, count);
        Ok(())
    }

    /// A post, brought to the shape it has since 2018.
    fn post(&mut self, file: usize, position: u64, value: Option<Value>) -> Result<(), Stop> {
        let Some(Value::Object(mut post)) = value.filter(|value| value.get("id_str").is_some_and(Value::is_string))
        else {
            self.problem(file, Some(position), ProblemKind::UnknownShape, String::new());
            return Ok(());
        };
        // The owner, in every post.
        post.remove("user");
        let written = post.remove("created_at");
        let number = post.get("id_str").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Ok(mut draft) = posts::draft(Value::Object(post), (file, position, false), &self.setting, &mut Vec::new())
        else {
            self.problem(file, Some(position), ProblemKind::UnknownShape, String::new());
            return Ok(());
        };
        draft.time = written.as_ref().and_then(Value::as_str).map_or_else(Time::none, clock);
        if draft.time.precision == Precision::None {
            self.problem(file, Some(position), ProblemKind::BadTime, String::new());
        }
        self.known.insert(number);
        self.record(draft)
    }

    fn table(&mut self, file: usize) -> Result<(), Stop> {
        let bytes = match bytes_of(self.bundle, file) {
            Ok(bytes) => bytes,
            Err((kind, detail)) => {
                self.problem(file, None, kind, detail);
                self.sink.parsed(file, 0);
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&bytes);
        if matches!(text, Cow::Owned(_)) {
            self.problem(file, None, ProblemKind::NotUtf8, String::new());
        }
        let (rows, whole) = rows(text.trim_start_matches('\u{feff}'));
        let mut rows = rows.into_iter();
        let names = rows.next().unwrap_or_default();
        if !names.iter().any(|name| name == "tweet_id") {
            self.sink.kept_raw(file, "unknown-shape");
            return Ok(());
        }
        if !whole {
            self.problem(file, None, ProblemKind::TruncatedTable, String::new());
        }
        let mut count = 0;
        for row in rows {
            let value = |wanted: &str| {
                let at = names.iter().position(|name| name == wanted)?;
                row.get(at).filter(|cell| !cell.is_empty()).cloned()
            };
            let number = value("tweet_id").unwrap_or_default();
            if self.known.contains(&number) {
                self.sink.skip(file, SkipReason::ToldElsewhere, 1);
            } else {
                let mut post = Map::new();
                for (key, name) in [
                    ("id_str", "tweet_id"),
                    ("created_at", "timestamp"),
                    ("text", "text"),
                    ("source", "source"),
                    ("in_reply_to_status_id_str", "in_reply_to_status_id"),
                    ("in_reply_to_user_id_str", "in_reply_to_user_id"),
                ] {
                    post.extend(value(name).map(|cell| (key.to_owned(), Value::from(cell))));
                }
                // The table tells no places in the words, only what the addresses stand for.
                let mut urls: Vec<Value> = Vec::new();
                for url in value("expanded_urls").iter().flat_map(|urls| urls.split(',')) {
                    let url = json!({ "expanded_url": url });
                    if !urls.contains(&url) {
                        urls.push(url);
                    }
                }
                post.insert("entities".to_owned(), json!({ "urls": urls }));
                let known = [
                    "expanded_urls",
                    "tweet_id",
                    "timestamp",
                    "text",
                    "source",
                    "in_reply_to_status_id",
                    "in_reply_to_user_id",
                ];
                for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                    post.extend(value(name).map(|cell| (name.clone(), Value::from(cell))));
                }
                self.post(file, count, Some(json!(post)))?;
            }
            count += 1;
        }
        self.sink.parsed(file, count);
        Ok(())
    }
}

/// `2015-01-24 02:02:37 +0000`. Until November 2010 archives have midnight in place of the time of day.
fn clock(text: &str) -> Time {
    let Ok(moment) = chrono::DateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M:%S %z") else {
        return super::text::moment(text);
    };
    let utc = moment.naive_utc();
    let first = chrono::NaiveDate::from_ymd_opt(2010, 11, 8).and_then(|day| day.and_hms_opt(0, 0, 0));
    if first.is_some_and(|first| utc < first) && utc.time() == chrono::NaiveTime::MIN {
        return Time::from_local(utc, Precision::Day, false);
    }
    Time::from_seconds(moment.timestamp())
}

/// The rows of a table whose cells stand in quotation marks, doubled inside; whether the last one is whole.
fn rows(text: &str) -> (Vec<Vec<String>>, bool) {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, quoted) {
            ('"', true) if signs.next_if_eq(&'"').is_some() => cell.push('"'),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                if row.iter().any(|cell| !cell.is_empty()) {
                    rows.push(std::mem::take(&mut row));
                }
                row.clear();
            }
            ('\r', false) => {}
            (other, _) => cell.push(other),
        }
    }
    // A table ends with a line end; what stands after the last one may be cut short.
    let whole = !quoted && row.is_empty() && cell.is_empty();
    if !quoted && !whole && rows.first().is_some_and(|first| first.len() == row.len() + 1) {
        row.push(cell);
        rows.push(row);
        return (rows, true);
    }
    (rows, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_taken_apart() {
        let (found, whole) = rows("\"a\",\"b\"\r\n\"1\",\"x \"\"y\"\", z\nw\"\n\"2\",\"\"\n");
        assert_eq!(found, [vec!["a", "b"], vec!["1", "x \"y\", z\nw"], vec!["2", ""]]);
        assert!(whole);
        let (found, whole) = rows("\"a\",\"b\"\n\"1\",\"cut");
        assert_eq!((found.len(), whole), (1, false));
        let (found, whole) = rows("\"a\",\"b\"\n\"1\",\"whole\"");
        assert_eq!((found.len(), whole), (2, true));
        assert_eq!(rows("").0.len(), 0);
    }

    #[test]
    fn old_posts_have_days_only() {
        assert_eq!(clock("2015-01-24 02:02:37 +0000").utc.as_deref(), Some("2015-01-24T02:02:37Z"));
        let old = clock("2010-03-05 00:00:00 +0000");
        assert_eq!((old.utc, old.local.as_deref(), old.precision), (None, Some("2010-03-05"), Precision::Day));
        assert_eq!(clock("2015-03-05 00:00:00 +0000").utc.as_deref(), Some("2015-03-05T00:00:00Z"));
    }

    #[test]
    fn archives_begin_above_their_posts() {
        let check = |path: &str, head: &str, expected: Option<&str>| {
            assert_eq!(root_of(path, &|| head.as_bytes().to_vec()), expected, "{path}");
        };
        check("w/data/js/tweets/2015_01.js", "Grailbird.data.tweets_2015_01 = [", Some("w/"));
        check("w/tweets.csv", "\"tweet_id\",\"text\"", Some("w/"));
        check("tweets.csv", "date;text", None);
        check("xdata/js/tweets/2015_01.js", "Grailbird.data", None);
    }
}
