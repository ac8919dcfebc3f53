//! JSON Schemas of everything `--json` prints, generated from the types; `schemas/` holds them.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::error::ErrorLine;
use super::{json, json_notes, json_upkeep};
use crate::model::Record;
use crate::notes::Line;

/// Every schema with the name of its file.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("record.json", schema::<Record>()),
        ("annotation.json", schema::<Line>()),
        ("search.json", schema::<json::SearchDocument>()),
        ("show.json", schema::<json::ShowDocument>()),
        ("import_status.json", schema::<json::StatusLine>()),
        ("import_item.json", schema::<json::ItemLine>()),
        ("import_error.json", schema::<json::WarningLine>()),
        ("summary.json", schema::<json::SummaryLine>()),
        ("imports.json", schema::<json::ImportsDocument>()),
        ("report.json", schema::<json::ReportDocument>()),
        ("conversations.json", schema::<json::ConversationsDocument>()),
        ("contacts.json", schema::<json_notes::ContactsDocument>()),
        ("label.json", schema::<json_notes::LabelChange>()),
        ("labels.json", schema::<json_notes::LabelsDocument>()),
        ("note.json", schema::<json_notes::NoteDocument>()),
        ("searches.json", schema::<json_notes::SearchesDocument>()),
        ("media.json", schema::<json::MediaLine>()),
        ("status.json", schema::<json::StatusDocument>()),
        ("verify.json", schema::<json::VerifyDocument>()),
        ("drives.json", schema::<json::DrivesDocument>()),
        ("backup_run.json", schema::<json::RunsDocument>()),
        ("backup_drill.json", schema::<json::DrillsDocument>()),
        ("backup_prune.json", schema::<json::PruneDocument>()),
        ("restore.json", schema::<json::RestoreDocument>()),
        ("evidence.json", schema::<json::EvidenceDocument>()),
        ("evidence-check.json", schema::<json::EvidenceCheckDocument>()),
        ("evidence-proof.json", schema::<crate::evidence::Proof>()),
        ("reencrypt.json", schema::<json_upkeep::ReencryptDocument>()),
        ("compact.json", schema::<json_upkeep::CompactDocument>()),
        ("erasure_preview.json", schema::<json_upkeep::ErasurePreview>()),
        ("erasure.json", schema::<json_upkeep::ErasureDocument>()),
        ("erasures.json", schema::<json_upkeep::ErasuresDocument>()),
        ("keys.json", schema::<json::KeysDocument>()),
        ("key-rotate.json", schema::<json::RotateDocument>()),
        ("init.json", schema::<json::InitDocument>()),
        ("errors.json", schema::<ErrorLine>()),
    ]
}

fn schema<T: JsonSchema>() -> String {
    // As it is printed: what is left out when there is nothing to say is not required.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    // A schema is plain data: writing it cannot fail.
    let text = serde_json::to_string_pretty(&generator.into_root_schema_for::<T>()).unwrap_or_default();
    text + "\n"
}
