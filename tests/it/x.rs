//! Archives of X: parts in any order, the same archive twice, damage.

use std::path::Path;

use malle::sources::ReadOptions;

use crate::support::reading::{Reading, read_paths};

fn read(scratch: &Path, files: &[(&str, &str)]) -> Reading {
    let folder = scratch.join("twitter-2024-06-01-aaaa");
    let _ = std::fs::remove_dir_all(&folder);
    for (name, content) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let reading = read_paths(&[folder], &ReadOptions::default());
    assert_eq!(reading.unaccounted, Vec::<String>::new());
    reading
}

const POST: &str = r#"{"tweet":{"id_str":"1","created_at":"Mon Jan 01 09:00:00 +0000 2024","full_text":"eins"}}"#;

#[test]
fn a_script_that_ends_early_gives_its_whole_posts() {
    let scratch = tempfile::tempdir().unwrap();
    let cut = format!("window.YTD.tweets.part0 = [ {POST}, {{\"tweet\": {{\"id_str\": \"2");
    let reading = read(scratch.path(), &[("data/tweets.js", &cut)]);
    assert_eq!((reading.records.len(), reading.problems.len()), (1, 1));
    assert!(reading.problems[0].contains("truncated-json"), "{:?}", reading.problems);
    let odd = "window.YTD.tweets.part0 = [ null, {}, 5, \"x\", [], {\"tweet\": 5} ]";
    let reading = read(scratch.path(), &[("data/tweets.js", odd)]);
    assert_eq!((reading.records.len(), reading.problems.len()), (0, 4), "{:?}", reading.problems);
}

#[test]
fn the_words_of_a_long_post_belong_to_one_post() {
    let scratch = tempfile::tempdir().unwrap();
    let long = "window.YTD.tweets.part0 = [ {\"tweet\":{\"id_str\":\"3\",\"created_at\":\"Mon Jan 01 09:00:00 +0000 2024\",\
                \"full_text\":\"Der Anfang… https://t.co/x\"}}, {\"tweet\":{\"id_str\":\"4\",\"created_at\":\
                \"Mon Jan 01 09:00:00 +0000 2024\",\"full_text\":\"Der Anfang… https://t.co/x\"}} ]";
    let note = "window.YTD.note_tweet.part0 = [ {\"noteTweet\":{\"noteTweetId\":\"9\",\"createdAt\":\"2024-01-01T09:00:00.000Z\",\
                \"core\":{\"text\":\"Der Anfang und das Ende\"}}} ]";
    let reading = read(scratch.path(), &[("data/tweets.js", long), ("data/note-tweet.js", note)]);
    let whole = reading.records.iter().filter(|record| record.text == "Der Anfang und das Ende").count();
    assert_eq!((reading.records.len(), whole), (2, 1));
}
