//! A hundred lines of another language read a dump: the guide says enough about the format.

use std::fs;
use std::path::Path;

use crate::fixture::bundle::{export, filled, registry};
use crate::fixture::command::Outcome;
use crate::fixture::project::tree;
use crate::fixture::sandbox::Sandbox;

fn python(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixture/bundle.py");
    let run = sandbox.command("python3").args([script.as_os_str()]);
    run.args(arguments).outcome()
}

#[test]
fn a_dump_is_read_without_this_program() {
    requires!(python3, zstd);
    let registry = registry();
    let sandbox = filled(&registry);
    let crates = tree(&sandbox.mirror().join("crates-io"));
    for level in ["none", "9"] {
        let file = format!("{level}.cmb");
        export(&sandbox, &file, &["--compress", level]);
        python(&sandbox, &["list", &file])
            .exits(0)
            .answers("crate crates-io family 1.3.0");
        python(&sandbox, &["extract", &file, level]).exits(0);
        let found = tree(&sandbox.path(level).join("crates-io"));
        for (path, bytes) in &crates {
            match path.strip_suffix(".crate") {
                Some(stem) if level == "9" => {
                    let tar = found
                        .get(&format!("{stem}.tar"))
                        .expect("the archive is there");
                    let mut gzip = flate2::read::GzDecoder::new(&bytes[..]);
                    let mut unpacked = Vec::new();
                    std::io::copy(&mut gzip, &mut unpacked).unwrap();
                    assert!(*tar == unpacked, "{path}");
                }
                _ => assert!(found.get(path) == Some(bytes), "{path} at {level}"),
            }
        }
    }
    let mut bytes = fs::read(sandbox.path("none.cmb")).unwrap();
    bytes[20_000] ^= 1;
    fs::write(sandbox.path("bad.cmb"), bytes).unwrap();
    let run = python(&sandbox, &["extract", "bad.cmb", "bad"]);
    run.exits(1).says("is damaged");
}
