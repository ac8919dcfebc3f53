//! The analysis as tantivy's tokenizer.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::words::Analysis;

/// Emits every term of a text: words, variants, stems and tags, at their places.
#[derive(Default)]
pub(super) struct Terms {
    analysis: Analysis,
    token: Token,
}

impl Clone for Terms {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The terms of one text.
pub(super) struct TermStream<'a> {
    analysis: &'a Analysis,
    token: &'a mut Token,
    next: usize,
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        self.analysis.analyse(text);
        self.token.reset();
        TermStream { analysis: &self.analysis, token: &mut self.token, next: 0 }
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
