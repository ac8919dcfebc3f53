//! The published schemas are those of the types. `UPDATE_SCHEMAS=1` writes them anew; read the diff: what scripts rely on
//! is only ever added to.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn published_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schemas = malle::cli::schemas();
    for (name, schema) in &schemas {
        assert!(schema.len() > 100, "{name} is empty");
        let path = folder.join(name);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, schema).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == *schema, "schemas/{name} is stale; write it anew with UPDATE_SCHEMAS=1 cargo test");
    }
    let known: BTreeSet<String> = schemas.iter().map(|(name, _)| (*name).to_owned()).collect();
    let there: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|item| item.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, known);
}
