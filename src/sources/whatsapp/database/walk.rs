//! Reads a large table piece by piece, and around damage.

use std::collections::HashMap;

use super::sql::{Broken, ByKey, Database, Line, Table};
use crate::sources::Stop;

/// Keys of rows lie between these.
pub const KEYS: (i64, i64) = (-(1 << 62), 1 << 62);

/// Rows that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Why, and the numbers of the rows around them.
    Between(Broken, i64, i64),
    /// How many, where the table counts more than it gives.
    Count(u64),
}

/// Gives every row of a table by its key, upwards; at damage what lies behind it is read from the end downwards. Keys
/// that do not count upwards are damage too: pages that lead back to themselves would give rows for ever.
pub fn walk(
    database: &Database,
    table: &Table,
    key: &str,
    each: &mut dyn FnMut(Vec<Line>) -> Result<(), Stop>,
) -> Result<Option<Gap>, Stop> {
    let (mut after, end) = KEYS;
    let mut seen = 0_usize;
    let broken = loop {
        let mut chunk = database.chunk(table, key, (after, end), false);
        let sound = keep_ordered(&mut chunk.lines, key, after, false);
        after = chunk.lines.last().and_then(|line| line.int(key)).unwrap_or(after);
        let (empty, more) = (chunk.lines.is_empty(), chunk.more);
        seen += chunk.lines.len();
        each(chunk.lines)?;
        match chunk.broken.or((!sound).then_some(Broken::Corrupt)) {
            Some(broken) => break broken,
            None if more && !empty => {}
            None => return Ok(missing(database.count(table), seen)),
        }
    };
    let mut before = end;
    loop {
        let mut chunk = database.chunk(table, key, (after, before), true);
        let sound = keep_ordered(&mut chunk.lines, key, before, true);
        before = chunk.lines.last().and_then(|line| line.int(key)).unwrap_or(before);
        let ended = chunk.broken.is_some() || !sound || !chunk.more || chunk.lines.is_empty();
        chunk.lines.reverse();
        each(chunk.lines)?;
        if ended {
            return Ok(Some(Gap::Between(broken, after, before)));
        }
    }
}

/// Rows whose key is no number are counted and never given.
fn missing(counted: Option<u64>, seen: usize) -> Option<Gap> {
    let missing = counted?.checked_sub(u64::try_from(seen).unwrap_or(u64::MAX))?;
    (missing > 0).then_some(Gap::Count(missing))
}

/// Drops what follows the first key out of order; false when there was one.
fn keep_ordered(lines: &mut Vec<Line>, key: &str, start: i64, down: bool) -> bool {
    let mut last = start;
    let sound = lines.iter().take_while(|line| {
        let Some(number) = line.int(key) else { return false };
        let ordered = if down { number < last } else { number > last };
        last = number;
        ordered
    });
    let count = sound.count();
    let whole = count == lines.len();
    lines.truncate(count);
    whole
}

/// A table whose rows belong to rows of another one.
pub struct Side {
    /// Name of the table.
    pub name: String,
    table: Table,
    key: String,
    /// All rows, where they cannot be found by the key.
    whole: Option<ByKey>,
}

impl Side {
    /// The table `name` by the column that names the row it belongs to.
    pub fn new(database: &Database, name: &str, key: &str, broken: &mut Vec<(String, Broken)>) -> Option<Self> {
        let table = database.table(name).filter(|table| table.has(key))?.clone();
        let whole = if Database::is_keyed(&table, key) {
            None
        } else {
            let (low, high) = KEYS;
            let (rows, end) = database.between(&table, key, low, high);
            broken.extend(end.map(|end| (name.to_owned(), end)));
            Some(rows)
        };
        Some(Self { name: name.to_owned(), table, key: key.to_owned(), whole })
    }

    /// The rows that belong to rows numbered from `from` to `to`.
    pub fn rows(&self, database: &Database, (from, to): (i64, i64), broken: &mut Vec<(String, Broken)>) -> ByKey {
        if let Some(whole) = &self.whole {
            let within = |number: &i64| (from..=to).contains(number);
            return whole.iter().filter(|(number, _)| within(number)).map(|(key, rows)| (*key, rows.clone())).collect();
        }
        let (rows, end) = database.between(&self.table, &self.key, from, to);
        broken.extend(end.map(|end| (self.name.clone(), end)));
        rows
    }
}

/// The rows of all side tables for one piece of the main table.
pub struct Beside(HashMap<String, ByKey>);

impl Beside {
    /// Fetches them.
    pub fn fetch(
        database: &Database,
        sides: &[Side],
        lines: &[Line],
        key: &str,
        broken: &mut Vec<(String, Broken)>,
    ) -> Self {
        let numbers = || lines.iter().filter_map(|line| line.int(key));
        let (Some(from), Some(to)) = (numbers().min(), numbers().max()) else { return Self(HashMap::new()) };
        Self(sides.iter().map(|side| (side.name.clone(), side.rows(database, (from, to), broken))).collect())
    }

    /// The rows of `table` that belong to this row.
    pub fn of(&self, table: &str, number: i64) -> &[Line] {
        self.0.get(table).and_then(|rows| rows.get(&number)).map_or(&[], Vec::as_slice)
    }

    /// The only or first such row.
    pub fn one(&self, table: &str, number: i64) -> Option<&Line> {
        self.of(table, number).first()
    }
}
