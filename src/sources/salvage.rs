//! Mends JSON that its parser refuses: what ends early is closed after its last complete element, and what is no JSON in
//! the middle gives way, so that the elements around it can be read.
//!
//! An element is an item of a list that lies in no other list, but for lists of lists that the caller names. Where one ends
//! is told by brackets and strings alone.

use serde::de::IgnoredAny;

/// Objects above a list of elements, at most: real downloads have two.
const DEPTH_MAX: usize = 8;

/// The JSON with `stand_in` for every element that `is_sound` refuses and null for every other value that is none,
/// closed where it ends early. `branches`: keys from the top down to a list whose items hold lists of elements themselves.
/// `None` when there is no object and no list at its top.
pub fn mend(json: &str, stand_in: &str, branches: &[&[&str]], is_sound: &dyn Fn(&str) -> bool) -> Option<String> {
    let out = String::with_capacity(json.len());
    let mut mender = Mender { rest: json, out, stand_in, branches, is_sound, keys: Vec::new(), lists: 0 };
    mender.blanks();
    mender.rest.starts_with(['{', '[']).then(|| {
        mender.value(0);
        mender.out
    })
}

struct Mender<'a> {
    rest: &'a str,
    out: String,
    stand_in: &'a str,
    branches: &'a [&'a [&'a str]],
    /// Keys from the top to here.
    keys: Vec<&'a str>,
    /// Lists begun.
    lists: usize,
    is_sound: &'a dyn Fn(&str) -> bool,
}

impl<'a> Mender<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes the next character when it is `wanted`.
    fn take(&mut self, wanted: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a value as it stands; `None` when the text ends before it does.
    fn raw(&mut self) -> Option<&'a str> {
        self.blanks();
        let (value, rest) = self.rest.split_at_checked(end_of_value(self.rest)?)?;
        self.rest = rest;
        Some(value.trim_end())
    }

    /// Skips what stands between a value and the comma or bracket after it; false when the text ends before.
    fn skip_junk(&mut self) -> bool {
        self.blanks();
        while !self.rest.starts_with([',', ']', '}']) {
            if self.raw().is_none() {
                return false;
            }
            self.blanks();
        }
        true
    }

    /// A value above the elements; false when the text ends before it does, or nothing tells what comes next.
    fn value(&mut self, depth: usize) -> bool {
        self.blanks();
        if self.rest.starts_with('[') {
            return self.list(depth);
        }
        if depth < DEPTH_MAX && self.rest.starts_with('{') {
            return self.object(depth);
        }
        let value = self.raw();
        self.out.push_str(value.filter(|value| is_json(value)).unwrap_or("null"));
        value.is_some()
    }

    fn object(&mut self, depth: usize) -> bool {
        self.take('{');
        self.out.push('{');
        let mut first = true;
        let whole = loop {
            if self.take('}') {
                break true;
            }
            if !(first || self.skip_junk() && self.take(',')) {
                break false;
            }
            self.blanks();
            let Some((key, rest)) = string(self.rest) else { break false };
            self.rest = rest;
            if !self.take(':') || !is_json(key) {
                break false;
            }
            if !first {
                self.out.push(',');
            }
            first = false;
            self.out.push_str(key);
            self.out.push(':');
            self.keys.push(key.trim_matches('"'));
            let ended = !self.value(depth + 1);
            self.keys.pop();
            if ended {
                break false;
            }
        };
        self.out.push('}');
        whole
    }

    fn list(&mut self, depth: usize) -> bool {
        self.take('[');
        self.out.push('[');
        self.lists += 1;
        let branches = self.branches.iter().any(|branch| *branch == self.keys);
        let mut first = true;
        let whole = loop {
            if self.take(']') {
                break true;
            }
            if !(first || self.skip_junk() && self.take(',')) {
                break false;
            }
            if self.take(']') {
                break true;
            }
            self.blanks();
            let start = self.rest;
            let item = self.raw();
            let sound = item.filter(|item| (self.is_sound)(item));
            if sound.is_none() && branches && start.starts_with('{') {
                self.branch(start, item.is_some(), first, depth);
                if item.is_none() {
                    break false;
                }
            } else {
                let Some(value) = sound.or(item.and(Some(self.stand_in))) else { break false };
                if !first {
                    self.out.push(',');
                }
                self.out.push_str(value);
            }
            first = false;
        };
        self.out.push(']');
        whole
    }

    /// An item that holds lists of elements itself, and begins at `start`. Where the text ends before its lists begin, it
    /// holds none and is left out.
    fn branch(&mut self, start: &'a str, ends: bool, first: bool, depth: usize) {
        let (after, length, lists) = (self.rest, self.out.len(), self.lists);
        if !first {
            self.out.push(',');
        }
        self.rest = start;
        self.object(depth + 1);
        if ends {
            self.rest = after;
        } else if self.lists == lists {
            self.out.truncate(length);
        }
    }
}

/// Whether this is one value of JSON, nested however deep.
pub fn is_json(value: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(value).is_ok()
}

/// A string with its quotes, and what follows it.
fn string(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let inside = text.strip_prefix('"')?;
    let end = inside.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    text.split_at_checked(end + 2)
}

/// Where the value at the start of `text` ends: after its closing bracket, or before the comma or bracket that follows
/// it. `None` when the text ends before, but for a string that is whole.
fn end_of_value(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            quoted = byte != b'"' || escaped;
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth == 1 => return Some(at + 1),
            b']' | b'}' if depth > 0 => depth -= 1,
            b',' | b']' | b'}' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    string(text).filter(|(_, rest)| rest.trim().is_empty()).map(|_| text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, mended: &str) {
        assert_eq!(mend(json, "0", &[&["l", "m"]], &is_json).as_deref(), Some(mended), "{json}");
    }

    #[test]
    fn what_ends_early_is_closed_after_its_last_element() {
        check(r#"[{"a":1},{"b":[2,{"c":"#, r#"[{"a":1}]"#);
        check(r#"{"t":{"x":[{"a":1}, {"b":2"#, r#"{"t":{"x":[{"a":1}]}}"#);
        check(r#"{"p":"x","m":[{"a":"]},{\"["},"#, r#"{"p":"x","m":[{"a":"]},{\"["}]}"#);
        check(r#"{"p":"x","m"#, r#"{"p":"x"}"#);
        check("[[1],[2]", "[[1],[2]]");
        check("[{\"a\":1},\"b\"", "[{\"a\":1},\"b\"]");
        check("[{\"a\":1},{\"b\":1}\0\0", "[{\"a\":1},{\"b\":1}]");
    }

    #[test]
    fn what_is_no_json_gives_way() {
        check(r#"[{"a":1},[object Object],{"a":2}]"#, r#"[{"a":1},0,{"a":2}]"#);
        check(r#"{"x":undefined,"m":[{"a":NaN},{"a":2}]} and more"#, r#"{"x":null,"m":[0,{"a":2}]}"#);
        check("[{\"a\":\"\u{1}\"},{\"a\":2}]\0\0", "[0,{\"a\":2}]");
        check("[{\"a\":1} junk \"x\", {\"b\":1},]", "[{\"a\":1},{\"b\":1}]");
        check("[{\"a\":1},{\"b\":\0\0\0\0", "[{\"a\":1}]");
        assert_eq!(mend("<html>", "0", &[], &is_json), None);
    }

    #[test]
    fn lists_of_lists_give_the_elements_of_each() {
        check(r#"{"l":{"m":[{"n":[1,{"a":2}]},{"n":[3,{"a":"#, r#"{"l":{"m":[{"n":[1,{"a":2}]},{"n":[3]}]}}"#);
        check(r#"{"l":{"m":[{"n":[1]},{"t":"[x]","u":5"#, r#"{"l":{"m":[{"n":[1]}]}}"#);
        check(r#"{"l":{"m":[{"t":"x"#, r#"{"l":{"m":[]}}"#);
        check(r#"{"l":{"m":[{"n":[1,oops,3]},{"n":[4]}]}}"#, r#"{"l":{"m":[{"n":[1,0,3]},{"n":[4]}]}}"#);
        check(r#"{"l":{"m":[5,oops,{"n":[1]}]}}"#, r#"{"l":{"m":[5,0,{"n":[1]}]}}"#);
    }

    #[test]
    fn what_is_mended_is_json() {
        let json = "{\"a\":{\"b\":[{\"c\":[1,\"x\\\"\"]},[2],null,\"\u{e9}\"]},\"d\":[],\"e\":tru}";
        for (end, _) in json.char_indices().skip(1) {
            let head = json.get(..end).unwrap();
            for cut in [head.to_owned(), format!("{head}\0"), format!("{head}]")] {
                for branches in [&[][..], &[&["a", "b"][..]]] {
                    let mended = mend(&cut, "0", branches, &is_json).unwrap();
                    assert!(is_json(&mended), "{cut} gave {mended}");
                }
            }
        }
    }
}
