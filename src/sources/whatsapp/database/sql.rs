//! Databases of SQL read-only from memory, as hostile input: values as they are, whatever their column promises; bounded time and
//! memory; damage named, and what lies before and behind it read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde_json::{Map, Value};

use crate::bundle::limits;

/// Instructions of the machine that runs queries, after which a query is stopped. The chunk of rows of a real database takes less
/// than a million; preloading a table of ten million rows, three hundred million.
const OPERATIONS_MAX: u64 = 1_000_000_000;

/// Instructions between two looks at the count.
const OPERATIONS_STEP: u16 = 10_000;

/// Rows of one chunk.
const CHUNK_ROWS: usize = 1_000;

/// Columns that are never read: pictures of pictures, keys of media, caches. The file itself is kept verbatim.
const SKIPPED_COLUMNS: &[&str] = &[
    "chunk_lengths",
    "first_scan_sidecar",
    "full_thumbnail",
    "media_key",
    "micro_thumbnail",
    "new_photo",
    "old_photo",
    "raw_data",
    "sidecar",
    "thumbnail",
    "zmediakey",
];

/// Why a database or a part of it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Pages or values contradict each other.
    #[error("the database is damaged")]
    Corrupt,
    /// A value, a table or the work it asks for is beyond the limits.
    #[error("the database is beyond the limits")]
    TooLarge,
}

impl Broken {
    fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::TooBig | ErrorCode::OutOfMemory | ErrorCode::OperationInterrupted) => Self::TooLarge,
            _ => Self::Corrupt,
        }
    }
}

/// An open database.
pub struct Database {
    connection: Connection,
    tables: BTreeMap<String, Table>,
    operations: Arc<AtomicU64>,
    /// It could be opened only by overlooking a contradiction.
    pub damaged: bool,
}

/// A table of it.
#[derive(Clone)]
pub struct Table {
    name: String,
    columns: Arc<[String]>,
    /// Columns by which rows are found without reading all.
    keyed_by: HashSet<String>,
}

impl Table {
    /// Whether it has this column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Any number.
    Real(f64),
    /// Words.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// One row, with its values by column.
#[derive(Clone, Debug)]
pub struct Line {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
    /// Some words were no UTF-8.
    pub replaced: bool,
}

impl Database {
    /// Takes the bytes of a database into memory and looks at its tables.
    ///
    /// # Errors
    /// [`Broken`] when it cannot even list its tables.
    pub fn open(image: impl Read, len: usize) -> Result<Self, Broken> {
        let broken = |error: rusqlite::Error| Broken::of(&error);
        let mut connection = Connection::open_in_memory().map_err(broken)?;
        connection.deserialize_read_exact(rusqlite::MAIN_DB, image, len, true).map_err(broken)?;
        for (setting, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        ] {
            connection.set_db_config(setting, on).map_err(broken)?;
        }
        let length = i32::try_from(limits::DATABASE_VALUE_BYTES_MAX).unwrap_or(i32::MAX);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length).map_err(broken)?;
        // Sorting never spills onto the disk: what it would write there is plaintext.
        connection
            .execute_batch("PRAGMA temp_store=MEMORY; PRAGMA query_only=ON; PRAGMA cell_size_check=ON;")
            .map_err(broken)?;
        let operations = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&operations);
        connection
            .progress_handler(
                i32::from(OPERATIONS_STEP),
                Some(move || counted.fetch_add(u64::from(OPERATIONS_STEP), Ordering::Relaxed) > OPERATIONS_MAX),
            )
            .map_err(broken)?;
        let mut database = Self { connection, tables: BTreeMap::new(), operations, damaged: false };
        database.tables = match database.list() {
            Ok(tables) => tables,
            Err(_) => database.list_damaged()?,
        };
        Ok(database)
    }

    /// A database that is cut short, or whose description has a fault, is listed with these settings; its rows are read
    /// as far as they reach. Nothing can be written in any case.
    fn list_damaged(&mut self) -> Result<BTreeMap<String, Table>, Broken> {
        self.damaged = true;
        for (setting, on) in
            [(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false), (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)]
        {
            self.connection.set_db_config(setting, on).map_err(|error| Broken::of(&error))?;
        }
        self.list()
    }

    fn list(&self) -> Result<BTreeMap<String, Table>, Broken> {
        let schema = "SELECT name FROM sqlite_schema WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' LIMIT 5000";
        let names = self.strings(schema, "name")?;
        let mut tables = BTreeMap::new();
        for name in names {
            let quoted = quote(&name);
            // Hidden columns are computed by expressions of the file; they are not read.
            let described = self.lines(&format!("PRAGMA table_xinfo({quoted})"), limits::DATABASE_CHUNK_BYTES_MAX)?.0;
            let plain = described.iter().filter(|line| line.int("hidden") == Some(0));
            let columns: Arc<[String]> = plain
                .filter_map(|line| line.text("name").map(str::to_owned))
                .filter(|column| !SKIPPED_COLUMNS.contains(&column.to_ascii_lowercase().as_str()))
                .collect();
            let mut keyed_by: HashSet<String> = HashSet::new();
            let keys: Vec<&Line> = described.iter().filter(|line| line.int("pk").unwrap_or(0) > 0).collect();
            if let [only] = keys.as_slice() {
                keyed_by.extend(only.text("name").map(str::to_owned));
            }
            for index in self.strings(&format!("PRAGMA index_list({quoted})"), "name")? {
                let sql = format!("PRAGMA index_info({})", quote(&index));
                let parts = self.lines(&sql, limits::DATABASE_CHUNK_BYTES_MAX)?.0;
                let first = parts.iter().find(|line| line.int("seqno") == Some(0));
                keyed_by.extend(first.and_then(|line| line.text("name")).map(str::to_owned));
            }
            if !columns.is_empty() {
                tables.insert(name.clone(), Table { name, columns, keyed_by });
            }
        }
        Ok(tables)
    }

    fn strings(&self, sql: &str, column: &str) -> Result<Vec<String>, Broken> {
        let (lines, end) = self.lines(sql, limits::DATABASE_CHUNK_BYTES_MAX)?;
        if let End::Broken(broken) = end {
            return Err(broken);
        }
        Ok(lines.iter().filter_map(|line| line.text(column).map(str::to_owned)).collect())
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Every table with its name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }

    /// The next rows whose key lies between two numbers (which are not among them), from below or from above.
    pub fn chunk(&self, table: &Table, key: &str, (after, before): (i64, i64), down: bool) -> Chunk {
        let order = if down { "DESC" } else { "ASC" };
        let (columns, from, key) = (table.list(), quote(&table.name), quote(key));
        let condition = format!("{key} > {after} AND {key} < {before}");
        let sql = format!("SELECT {columns} FROM {from} WHERE {condition} ORDER BY {key} {order} LIMIT {CHUNK_ROWS}");
        match self.lines(&sql, limits::DATABASE_CHUNK_BYTES_MAX) {
            Ok((lines, end)) => {
                let more = end == End::Full || (end == End::Done && lines.len() >= CHUNK_ROWS);
                Chunk { lines, more, broken: if let End::Broken(broken) = end { Some(broken) } else { None } }
            }
            Err(broken) => Chunk { lines: Vec::new(), more: false, broken: Some(broken) },
        }
    }

    /// Rows whose `key` lies between two numbers, gathered by it, and what ended them early.
    pub fn between(&self, table: &Table, key: &str, from: i64, to: i64) -> (ByKey, Option<Broken>) {
        let (columns, name, key_name) = (table.list(), quote(&table.name), quote(key));
        let sql = format!("SELECT {columns} FROM {name} WHERE {key_name} BETWEEN {from} AND {to}");
        self.gather(&sql, key)
    }

    /// The rows with one of these numbers, and what ended them early.
    pub fn among(&self, table: &Table, key: &str, wanted: &[i64]) -> (ByKey, Option<Broken>) {
        let numbers: Vec<String> = wanted.iter().map(i64::to_string).collect();
        let (columns, name, key_name) = (table.list(), quote(&table.name), quote(key));
        let sql = format!("SELECT {columns} FROM {name} WHERE {key_name} IN ({})", numbers.join(","));
        self.gather(&sql, key)
    }

    fn gather(&self, sql: &str, key: &str) -> (ByKey, Option<Broken>) {
        let (lines, broken) = self.bounded(sql);
        let mut by_key = ByKey::new();
        for line in lines {
            if let Some(number) = line.int(key) {
                by_key.entry(number).or_default().push(line);
            }
        }
        (by_key, broken)
    }

    /// All rows of a small table, and what ended them early.
    pub fn all(&self, table: &Table) -> (Vec<Line>, Option<Broken>) {
        self.bounded(&format!("SELECT {} FROM {}", table.list(), quote(&table.name)))
    }

    /// How many rows of `table` name in `column` a row that `of` does not have.
    pub fn orphans(&self, table: &str, column: &str, of: &str) -> Option<u64> {
        self.table(table).filter(|table| table.has(column))?;
        self.table(of)?;
        let (table, column, of) = (quote(table), quote(column), quote(of));
        let sql = format!(
            "SELECT count(*) AS n FROM {table} WHERE {column} IS NULL OR {column} NOT IN (SELECT _id FROM {of})"
        );
        self.number(&sql)
    }

    /// How many rows a table says it has.
    pub fn count(&self, table: &Table) -> Option<u64> {
        self.number(&format!("SELECT count(*) AS n FROM {}", quote(&table.name)))
    }

    fn number(&self, sql: &str) -> Option<u64> {
        let number = self.lines(sql, limits::DATABASE_CHUNK_BYTES_MAX).ok()?.0.first()?.int("n")?;
        u64::try_from(number).ok()
    }

    fn bounded(&self, sql: &str) -> (Vec<Line>, Option<Broken>) {
        match self.lines(sql, limits::DATABASE_TABLE_BYTES_MAX) {
            Ok((lines, End::Done)) => (lines, None),
            Ok((lines, End::Full)) => (lines, Some(Broken::TooLarge)),
            Ok((lines, End::Broken(broken))) => (lines, Some(broken)),
            Err(broken) => (Vec::new(), Some(broken)),
        }
    }

    /// Whether rows of `table` are found by `key` without reading all of them.
    pub fn is_keyed(table: &Table, key: &str) -> bool {
        table.keyed_by.contains(key)
    }

    /// Rows until their bytes exceed `bytes_max`, and how they ended.
    fn lines(&self, sql: &str, bytes_max: usize) -> Result<(Vec<Line>, End), Broken> {
        self.operations.store(0, Ordering::Relaxed);
        let mut statement = self.connection.prepare(sql).map_err(|error| Broken::of(&error))?;
        let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).map_err(|error| Broken::of(&error))?;
        let (mut lines, mut bytes) = (Vec::new(), 0_usize);
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let (line, size) = Line::of(row, &columns);
                    lines.push(line);
                    bytes = bytes.saturating_add(size);
                    if bytes > bytes_max {
                        return Ok((lines, End::Full));
                    }
                }
                Ok(None) => return Ok((lines, End::Done)),
                Err(error) => return Ok((lines, End::Broken(Broken::of(&error)))),
            }
        }
    }
}

/// How a query ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// With its last row.
    Done,
    /// By the limit on bytes.
    Full,
    /// At damage.
    Broken(Broken),
}

/// Some rows of a table.
pub struct Chunk {
    /// The rows.
    pub lines: Vec<Line>,
    /// There may be more.
    pub more: bool,
    /// What ended them early.
    pub broken: Option<Broken>,
}

/// Rows gathered by a number.
pub type ByKey = HashMap<i64, Vec<Line>>;

impl Table {
    fn list(&self) -> String {
        self.columns.iter().map(|column| quote(column)).collect::<Vec<_>>().join(",")
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Line {
    fn of(row: &rusqlite::Row<'_>, columns: &Arc<[String]>) -> (Self, usize) {
        let (mut cells, mut replaced, mut size) = (Vec::with_capacity(columns.len()), false, 64);
        for place in 0..columns.len() {
            let cell = match row.get_ref(place) {
                Ok(ValueRef::Integer(number)) => Cell::Int(number),
                Ok(ValueRef::Real(number)) => Cell::Real(number),
                Ok(ValueRef::Text(bytes)) => {
                    let text = String::from_utf8_lossy(bytes);
                    replaced |= matches!(text, std::borrow::Cow::Owned(_));
                    Cell::Text(text.into_owned())
                }
                Ok(ValueRef::Blob(bytes)) => Cell::Blob(bytes.to_vec()),
                Ok(ValueRef::Null) | Err(_) => Cell::Null,
            };
            size += 32
                + match &cell {
                    Cell::Text(text) => text.len(),
                    Cell::Blob(bytes) => bytes.len(),
                    _ => 0,
                };
            cells.push(cell);
        }
        (Self { columns: Arc::clone(columns), cells, replaced }, size)
    }

    /// The value of a column; nothing when there is no such column.
    pub fn cell(&self, column: &str) -> &Cell {
        let place = self.columns.iter().position(|known| known == column);
        place.and_then(|place| self.cells.get(place)).unwrap_or(&Cell::Null)
    }

    /// A whole number, also where a text or a fraction stands for it.
    pub fn int(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Cell::Int(number) => Some(*number),
            Cell::Real(number) => whole(*number),
            Cell::Text(text) => text.trim().parse().ok(),
            Cell::Null | Cell::Blob(_) => None,
        }
    }

    /// A number.
    pub fn real(&self, column: &str) -> Option<f64> {
        match self.cell(column) {
            Cell::Real(number) => Some(*number).filter(|number| number.is_finite()),
            // Exact below 2^53; nothing that is read as a real number is larger.
            Cell::Int(number) => number.to_string().parse().ok(),
            Cell::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Cell::Null | Cell::Blob(_) => None,
        }
    }

    /// Words; nothing when empty.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.cell(column) {
            Cell::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            // Java and Core Data write texts into columns of bytes now and then.
            Cell::Blob(bytes) => std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Bytes; nothing when empty.
    pub fn bytes(&self, column: &str) -> Option<&[u8]> {
        match self.cell(column) {
            Cell::Blob(bytes) => Some(bytes.as_slice()),
            Cell::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
        .filter(|bytes| !bytes.is_empty())
    }

    /// Whether a number is there and not 0.
    pub fn is_set(&self, column: &str) -> bool {
        self.int(column).is_some_and(|number| number != 0)
    }

    /// Everything that says something, but for bytes and the columns that `known` knows.
    pub fn facts(&self, known: impl Fn(&str) -> bool) -> Map<String, Value> {
        let mut facts = Map::new();
        for (column, cell) in self.columns.iter().zip(&self.cells).filter(|(column, _)| !known(column)) {
            let value = match cell {
                Cell::Int(number) => Value::from(*number),
                Cell::Real(number) => Value::from(*number),
                Cell::Text(text) if !text.is_empty() => Value::from(text.as_str()),
                _ => continue,
            };
            facts.insert(column.to_ascii_lowercase(), value);
        }
        facts
    }
}

/// The whole number nearest to a fraction.
pub fn whole(number: f64) -> Option<i64> {
    if number.is_finite() { format!("{number:.0}").parse().ok() } else { None }
}
