//! Records that are perhaps the one shown, as another download tells it: they stand apart because nothing makes it certain.

use crate::cli::archive_view::{Damage, Questions};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::index::{Cursor, Near, Query, SearchOptions, Sort};
use crate::ingest::{may_be_one, may_have_changed};
use crate::model::Record;
use crate::store::RecordReader;

/// Records looked at in the minute of the one that is shown.
const LOOKED_AT_MAX: usize = 256;
/// A page may tell it by the minute alone.
const MINUTE_MS: i64 = 60_000;

/// Those of its time that may be it, in the order of their ids.
pub(super) fn alike(
    context: &mut Context,
    (questions, reader): (&mut Questions<'_>, &mut RecordReader<'_>),
    record: &Record,
    damage: &mut Damage,
) -> Result<Vec<Record>, CommandError> {
    let Some(time) = record.time.order_ms().filter(|_| may_have_changed(record)) else { return Ok(Vec::new()) };
    let from = time.div_euclid(MINUTE_MS) * MINUTE_MS;
    let after = Some(Cursor { time_ms: Some(from + MINUTE_MS), loc: 0 });
    let options = SearchOptions {
        limit: LOOKED_AT_MAX,
        after,
        sort: Sort::Newest,
        near: Near::Never,
        ..SearchOptions::default()
    };
    let found = questions.ask(context, damage, |index| index.search(&Query::everything(), &options))?;
    let mut alike = Vec::new();
    for hit in found.hits.iter().filter(|hit| hit.time_ms.is_some_and(|time| time >= from)) {
        alike.extend(damage.record_at(reader, hit.loc)?.filter(|other| may_be_one(record, other)));
    }
    alike.sort_by_key(|other| other.id);
    Ok(alike)
}
