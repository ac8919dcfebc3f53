//! The analysis as tantivy's tokenizers: one for words, one for stems. Tantivy asks for the words of all texts of a
//! record and then for their stems, so what the first analysed is kept for the second.

use std::cell::RefCell;
use std::collections::VecDeque;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::shape::{Form, STEM_MARK};
use super::words::Analysis;

/// Most analysed texts kept for their stems; a record with more is analysed twice.
const KEPT_MAX: usize = 64;

thread_local! {
    /// Texts and their analyses, in the order in which their stems will be asked for.
    static KEPT: RefCell<VecDeque<(String, Analysis)>> = const { RefCell::new(VecDeque::new()) };
    /// Analyses whose memory is used again.
    static SPARE: RefCell<Vec<(String, Analysis)>> = const { RefCell::new(Vec::new()) };
}

/// Emits words, variants and tags of a text, at their places.
#[derive(Clone, Default)]
pub(super) struct Terms(Token);

/// Emits the stems of a text.
#[derive(Clone, Default)]
pub(super) struct Stems(Token);

/// The terms of one text.
pub(super) struct TermStream<'a> {
    /// The analysis goes back to one of the two lists when the stream ends.
    text: String,
    analysis: Analysis,
    token: &'a mut Token,
    next: usize,
    stems: bool,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        let (text, analysis) = analysed(text);
        self.0.reset();
        TermStream { text, analysis, token: &mut self.0, next: 0, stems: false }
    }
}

impl Tokenizer for Stems {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        let kept = KEPT.with_borrow_mut(VecDeque::pop_front).filter(|(kept, _)| kept == text);
        let (text, analysis) = kept.unwrap_or_else(|| {
            KEPT.with_borrow_mut(VecDeque::clear);
            analysed(text)
        });
        self.0.reset();
        TermStream { text, analysis, token: &mut self.0, next: 0, stems: true }
    }
}

fn analysed(text: &str) -> (String, Analysis) {
    let (mut kept, mut analysis) = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
    kept.clear();
    kept.push_str(text);
    analysis.analyse(text);
    (kept, analysis)
}

impl Drop for TermStream<'_> {
    fn drop(&mut self) {
        let used = (std::mem::take(&mut self.text), std::mem::take(&mut self.analysis));
        let kept = KEPT.with_borrow_mut(|kept| {
            if self.stems || kept.len() >= KEPT_MAX {
                return Some(used);
            }
            kept.push_back(used);
            None
        });
        if let Some(used) = kept {
            SPARE.with_borrow_mut(|spare| spare.push(used));
        }
    }
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(token) = self.analysis.tokens.get(self.next) {
            self.next += 1;
            if (token.form == Form::Stem) != self.stems {
                continue;
            }
            let term = self.analysis.term(token);
            self.token.text.clear();
            self.token.text.push_str(term.strip_prefix(STEM_MARK).unwrap_or(term));
            self.token.position = usize::try_from(token.place).unwrap_or(usize::MAX);
            (self.token.offset_from, self.token.offset_to) = (token.bytes.start, token.bytes.end);
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
