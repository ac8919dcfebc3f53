//! The analysis as tantivy's tokenizer.

use std::cell::RefCell;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::words::Analysis;

thread_local! {
    /// Analyses whose memory is used again.
    static SPARE: RefCell<Vec<Analysis>> = const { RefCell::new(Vec::new()) };
}

/// Emits words, variants and tags of a text, at their places.
#[derive(Clone, Default)]
pub(super) struct Terms(Token);

/// The terms of one text.
pub(super) struct TermStream<'a> {
    analysis: Analysis,
    token: &'a mut Token,
    next: usize,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        let mut analysis = SPARE.with_borrow_mut(Vec::pop).unwrap_or_default();
        analysis.analyse_words(text);
        self.0.reset();
        TermStream { analysis, token: &mut self.0, next: 0 }
    }
}

impl Drop for TermStream<'_> {
    fn drop(&mut self) {
        let used = std::mem::take(&mut self.analysis);
        SPARE.with_borrow_mut(|spare| spare.push(used));
    }
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(token) = self.analysis.tokens.get(self.next) else { return false };
        self.next += 1;
        self.token.text.clear();
        self.token.text.push_str(self.analysis.term(token));
        self.token.position = usize::try_from(token.place).unwrap_or(usize::MAX);
        (self.token.offset_from, self.token.offset_to) = (token.bytes.start, token.bytes.end);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
