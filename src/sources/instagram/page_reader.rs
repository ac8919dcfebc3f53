//! Reads an HTML page of a section, each record accounted for.

use super::facts::Facts;
use super::pages::facts_of;
use super::posts;
use super::read::{Context, Outcome, State, read_facts};
use super::sections::Reader;
use crate::bundle::Bundle;
use crate::sources::meta::bytes_of;
use crate::sources::meta::html::{Calendar, Layout, Piece, Zones, is_translated, walk_page};
use crate::sources::{DateOrder, Problem, ProblemKind, Sink, SkipReason, Stop};

/// Reads the page of a context.
///
/// # Errors
/// [`Stop`] when the sink refuses.
pub fn read_page(
    bundle: &Bundle,
    context: &Context<'_>,
    order: DateOrder,
    state: &mut State,
    sink: &dyn Sink,
) -> Result<(), Stop> {
    let file = context.file;
    let problem = |position, kind, detail| sink.problem(Problem { file, position, kind, detail });
    let bytes = match bytes_of(bundle, file) {
        Ok(bytes) => bytes,
        Err((kind, detail)) => {
            problem(None, kind, detail);
            sink.parsed(file, 0);
            return Ok(());
        }
    };
    if is_translated(&bytes) {
        sink.kept_raw(file, "html-translated");
        return Ok(());
    }
    let calendar = Calendar::new(&bytes, Zones::Head, order);
    let (mut position, mut known, mut unknown) = (0, 0_u64, Vec::new());
    let ended = walk_page(&bytes, Layout::since_2018(), &mut |frame, piece| {
        calendar.look_at(frame);
        let at = position;
        position += 1;
        let facts = match &piece {
            Piece::Record(record) => facts_of(record, &calendar),
            Piece::Stray(_) | Piece::Excessive | Piece::Edge => None,
        };
        let Some((facts, bad_date)) = facts else {
            unknown.push(at);
            return Ok(());
        };
        known += 1;
        match outcome_of(facts, at, context, state) {
            Outcome::Record(draft, bad_time) => {
                if bad_time || bad_date {
                    problem(Some(at), ProblemKind::BadTime, String::new());
                }
                sink.record(*draft)?;
            }
            Outcome::Empty => sink.skip(file, SkipReason::Empty, 1),
            Outcome::Told => sink.skip(file, SkipReason::ToldElsewhere, 1),
            Outcome::Unknown => unknown.push(at),
        }
        Ok(())
    })?;
    if !ended.frame.has_main || (known == 0 && !unknown.is_empty()) {
        sink.kept_raw(file, "unknown-shape");
        return Ok(());
    }
    if std::str::from_utf8(&bytes).is_err() {
        problem(None, ProblemKind::NotUtf8, String::new());
    }
    for position in unknown {
        problem(Some(position), ProblemKind::UnknownShape, String::new());
    }
    if ended.truncated {
        problem(None, ProblemKind::TruncatedHtml, String::new());
    }
    sink.parsed(file, position);
    Ok(())
}

fn outcome_of(facts: Facts, position: u64, context: &Context<'_>, state: &mut State) -> Outcome {
    if context.section.reader == Reader::Media {
        return posts::read_page(facts, position, context, state);
    }
    read_facts(facts, position, context, state)
}
