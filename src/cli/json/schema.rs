//! The schema of the JSON lines, generated from their types and checked in.

use std::fs;
use std::path::Path;

use schemars::generate::SchemaSettings;

use crate::cli::json::line::Line;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test, which is told by the environment to write the file anew"
)]
fn the_schema_that_is_checked_in_is_the_one_of_the_types() {
    // As they are written: a field that is left out when it is empty is not required.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Line>();
    let schema = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots/output.schema.json");
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, &schema).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there.replace("\r\n", "\n") == schema,
        "{} is not what the types say: SNAPSHOTS=overwrite writes it anew, and if a field went away or means something \
         else, `VERSION` grows",
        path.display()
    );
}
