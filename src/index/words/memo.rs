//! What each run of letters gave, remembered.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use super::Analysis;
use crate::index::shape::{Form, Piece, shape};
use crate::index::stem::FrenchStemmer;

/// Longest run whose terms are remembered; a longer word is rare.
const REMEMBERED_BYTES_MAX: usize = 23;
/// Most runs remembered by a thread, about 8 MB; then it starts anew.
const REMEMBERED_MAX: usize = 100_000;

/// Terms of the runs this thread has met: taking a run apart costs a hundred times a look-up. Everything a look-up needs
/// lies in two places of memory, since finding them there is what it costs.
pub(super) struct Memo {
    known: HashMap<Run, Found, foldhash::fast::RandomState>,
    /// Pieces of runs: [`PIECE_BYTES`] bytes each, then the piece's term.
    pieces: Vec<u8>,
    stemmer: Option<FrenchStemmer>,
}

/// A run of at most [`REMEMBERED_BYTES_MAX`] bytes, the rest zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Run {
    bytes: [u8; REMEMBERED_BYTES_MAX],
    len: u8,
}

impl Hash for Run {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write(self.bytes.get(..usize::from(self.len)).unwrap_or_default());
    }
}

/// Where the pieces of a run lie, how many they are, and how many places the run takes.
#[derive(Clone, Copy)]
struct Found {
    first: u32,
    count: u8,
    places: u8,
}

/// Form, start and end in the run, place, length of the term.
const PIECE_BYTES: usize = 5;

impl Run {
    fn of(run: &str) -> Option<Self> {
        let mut bytes = [0; REMEMBERED_BYTES_MAX];
        bytes.get_mut(..run.len())?.copy_from_slice(run.as_bytes());
        Some(Self { bytes, len: u8::try_from(run.len()).ok()? })
    }
}

impl Memo {
    pub(super) fn new(stemmer: Option<FrenchStemmer>) -> Self {
        Self { known: HashMap::default(), pieces: Vec::new(), stemmer }
    }

    /// Adds the terms of the run at `start` of the text.
    pub(super) fn add_run(&mut self, run: &str, start: usize, out: &mut Analysis) {
        let Some(key) = Run::of(run) else { return self.add_shape(run, start, out) };
        let found = match self.known.get(&key) {
            Some(known) => *known,
            None => match self.remember(run, key) {
                Some(found) => found,
                None => return self.add_shape(run, start, out),
            },
        };
        let mut rest = usize::try_from(found.first).ok().and_then(|first| self.pieces.get(first..)).unwrap_or_default();
        for _ in 0..found.count {
            let Some(([form, from, to, place, len], after)) = rest.split_first_chunk::<PIECE_BYTES>() else { break };
            let Some((term, next)) = after.split_at_checked(usize::from(*len)) else { break };
            let bytes = start + usize::from(*from)..start + usize::from(*to);
            let term = std::str::from_utf8(term).unwrap_or_default();
            out.push(term, Form::from_number(*form), bytes, out.places + u32::from(*place));
            rest = next;
        }
        out.places += u32::from(found.places);
    }

    /// Takes a run apart and remembers it; `None` when one of its pieces is too long for that.
    fn remember(&mut self, run: &str, key: Run) -> Option<Found> {
        if self.known.len() >= REMEMBERED_MAX {
            self.known.clear();
            self.pieces.clear();
        }
        let shape = shape(run, self.stemmer.as_mut());
        let first = self.pieces.len();
        let found = Found {
            first: u32::try_from(first).ok()?,
            count: u8::try_from(shape.pieces.len()).ok()?,
            places: u8::try_from(shape.places).ok()?,
        };
        for piece in &shape.pieces {
            let Some(head) = head_of(piece) else {
                self.pieces.truncate(first);
                return None;
            };
            self.pieces.extend(head);
            self.pieces.extend_from_slice(piece.term.as_bytes());
        }
        self.known.insert(key, found);
        Some(found)
    }

    /// Adds the terms of a run that is too long to be remembered.
    fn add_shape(&mut self, run: &str, start: usize, out: &mut Analysis) {
        let shape = shape(run, self.stemmer.as_mut());
        for piece in &shape.pieces {
            let bytes = start + piece.bytes.start..start + piece.bytes.end;
            out.push(&piece.term, piece.form, bytes, out.places + piece.place);
        }
        out.places += shape.places;
    }
}

fn head_of(piece: &Piece) -> Option<[u8; PIECE_BYTES]> {
    Some([
        piece.form.number(),
        u8::try_from(piece.bytes.start).ok()?,
        u8::try_from(piece.bytes.end).ok()?,
        u8::try_from(piece.place).ok()?,
        u8::try_from(piece.term.len()).ok()?,
    ])
}
