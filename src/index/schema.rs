//! What the index keeps of a record. Nothing is stored: records come from the store, by `loc`.

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

/// Changes whenever records would be indexed otherwise than before: older indexes are then rebuilt.
pub const SCHEMA_VERSION: u32 = 3;

/// Name of the tokenizer in the index.
pub(super) const TOKENIZER: &str = "malle";

/// Columns by their names.
pub(super) mod column {
    pub(in crate::index) const ID_HIGH: &str = "id_high";
    pub(in crate::index) const ID_LOW: &str = "id_low";
    pub(in crate::index) const LOC: &str = "loc";
    pub(in crate::index) const TIME: &str = "time";
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// The first eight bytes of the id, as a number in a column: ids are random, so a dictionary of them costs more than
    /// it saves, and only looking up one record asks for them.
    pub(super) id_high: Field,
    /// The last eight bytes of the id.
    pub(super) id_low: Field,
    /// Where the record lies in the store.
    pub(super) loc: Field,
    /// Milliseconds since 1970 by which records are ordered; absent without a time.
    pub(super) time: Field,
    /// Words, variants and tags of everything people wrote, with places. Inflected forms are found by the stems of the
    /// words in its dictionary: see `plan`.
    pub(super) text: Field,
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
    let fields = Fields {
        id_high: builder.add_u64_field(column::ID_HIGH, column()),
        id_low: builder.add_u64_field(column::ID_LOW, column()),
        loc: builder.add_u64_field(column::LOC, column()),
        time: builder.add_i64_field(column::TIME, column()),
        text: builder.add_text_field("text", TextOptions::default().set_indexing_options(words)),
        fact: builder.add_bytes_field("fact", BytesOptions::default().set_indexed()),
    };
    (builder.build(), fields)
}
