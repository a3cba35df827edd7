//! A word for a codec never changes its meaning: dumps are read for years. What fails here after an update of zlib-rs or
//! preflate-rs needs a new word beside the old one, and the old version beside the new.
//!
//! `zlib-rs.crate` was packed by cargo 1.95, `zlib.crate` and `zlib-6.crate` by zlib 1.2.13 at levels 9 and 6; the files beside
//! them are what a dump keeps of them besides the archive. `SNAPSHOTS=overwrite` writes those anew, for a new word.

use std::fs;
use std::path::Path;

use cargo_mirror::io::bundle::deflate::{put_together, take_apart};
use cargo_mirror::model::bundle::manifest::Codec;
use cargo_mirror::model::package::id::CrateId;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "told by the environment to write the files anew"
)]
fn codecs_mean_what_they_have_always_meant() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixture/golden");
    let id = CrateId::parse("golden", "1.0.0").unwrap();
    for (name, codec) in [
        ("zlib-rs", Codec::ZlibRs9),
        ("zlib", Codec::Zlib9),
        ("zlib-6", Codec::Preflate07),
    ] {
        let whole = fs::read(folder.join(format!("{name}.crate"))).unwrap();
        let mut tar = Vec::new();
        let recipe = take_apart(&id, &whole, 1 << 20, &mut tar).expect("it can be taken apart");
        assert_eq!((recipe.codec, recipe.head.len()), (codec, 0), "{name}");
        let side = folder.join(format!("{name}.{}", codec.word()));
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            fs::write(&side, &recipe.side).unwrap();
        }
        let side = fs::read(side).unwrap();
        let again = put_together(&id, codec, (&tar, &[], &side), whole.len());
        assert!(again.is_ok_and(|again| again == whole), "{name}");
        if codec == Codec::Zlib9 {
            // Dumps from before version 3 of the format have such crates with corrections.
            let side = fs::read(folder.join("zlib.preflate-0.7")).unwrap();
            let again = put_together(&id, Codec::Preflate07, (&tar, &[], &side), whole.len());
            assert!(again.is_ok_and(|again| again == whole), "{name}");
        }
    }
}
