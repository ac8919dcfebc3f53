//! What the index keeps of a record. Nothing is stored: records come from the store, by `loc`.

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

/// Changes whenever records would be indexed otherwise than before: older indexes are then rebuilt.
pub const SCHEMA_VERSION: u32 = 1;

/// Names of the tokenizers in the index.
pub(super) const TOKENIZER: &str = "malle";
pub(super) const STEM_TOKENIZER: &str = "malle-stems";

/// Columns by their names.
pub(super) mod column {
    pub(in crate::index) const ID: &str = "id";
    pub(in crate::index) const LOC: &str = "loc";
    pub(in crate::index) const TIME: &str = "time";
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The 16 bytes of the id, as a column with a dictionary: random bytes would swell the term dictionary, and no
    /// search needs them.
    pub(super) id: Field,
    /// Where the record lies in the store.
    pub(super) loc: Field,
    /// Milliseconds since 1970 by which records are ordered; absent without a time.
    pub(super) time: Field,
    /// Words, variants and tags of everything people wrote, with places.
    pub(super) text: Field,
    /// Stems of these words, where they differ from the word.
    pub(super) stem: Field,
    /// Facts that filters ask for: see `facts`.
    pub(super) fact: Field,
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let column = || NumericOptions::default() | FAST;
    let words = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_fieldnorms(true)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let stems = TextFieldIndexing::default()
        .set_tokenizer(STEM_TOKENIZER)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let fields = Fields {
        id: builder.add_bytes_field(column::ID, BytesOptions::default().set_fast()),
        loc: builder.add_u64_field(column::LOC, column()),
        time: builder.add_i64_field(column::TIME, column()),
        text: builder.add_text_field("text", TextOptions::default().set_indexing_options(words)),
        stem: builder.add_text_field("stem", TextOptions::default().set_indexing_options(stems)),
        fact: builder.add_bytes_field("fact", BytesOptions::default().set_indexed()),
    };
    (builder.build(), fields)
}
