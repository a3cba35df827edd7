//! Dumps that were damaged on the way: the place is named, nothing wrong is taken, and a good copy completes.

use std::fs;

use crate::fixture::bundle::{export, filled, import, on, registry, same};
use crate::fixture::damage::flip;
use crate::fixture::mirror::sound;
use crate::fixture::project::tree;
use crate::fixture::settings;

/// Each bit of a signed dump in turn, in frames, manifest, signature and at both ends.
#[test]
fn a_bit_that_flipped_anywhere_is_refused_with_its_place() {
    let registry = registry();
    let sandbox = filled(&registry);
    let of = |who: &str, mirror: &str, words: &[&str]| {
        let run = sandbox.program(words);
        let run = run.env("CARGO_MIRROR_DIR", sandbox.path(mirror));
        run.env("CARGO_MIRROR_KEYS", sandbox.path(who)).outcome()
    };
    of("sender", "mirror", &["key", "new", "lab"]).exits(0);
    of("sender", "mirror", &["export", "all.cmb"]).exits(0);
    of(
        "receiver",
        "other",
        &["key", "trust", "sender/keys/lab.pub"],
    )
    .exits(0);
    let (sound_one, bad) = (sandbox.path("all.cmb"), sandbox.path("bad.cmb"));
    let length = usize::try_from(fs::metadata(&sound_one).unwrap().len()).unwrap();
    let ends = [0, 77, (length - 72) * 8 + 3, length * 8 - 1];
    let bits = settings::sample((0..length * 8).step_by(37).collect::<Vec<_>>(), 60);
    for bit in bits.into_iter().chain(ends) {
        fs::copy(&sound_one, &bad).unwrap();
        flip(&bad, bit);
        for words in [&["bundle", "verify", "bad.cmb"][..], &["import", "bad.cmb"]] {
            let run = of("receiver", "other", words).no_panic();
            assert_ne!(run.code, Some(0), "bit {bit} of {length} bytes\n{run}");
            // A signature that can be read is named as a whole.
            let is_placed =
                within(&run.stderr, bit / 8) || run.stderr.contains("signature that does not fit");
            assert!(is_placed, "bit {bit} of {length} bytes\n{run}");
        }
        sound(&sandbox.path("other"), &registry);
        let _ = fs::remove_dir_all(sandbox.path("other"));
    }
    of("receiver", "other", &["import", "all.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));
}

/// Whether a message names bytes among which this one is.
fn within(text: &str, byte: usize) -> bool {
    text.split("bytes ").skip(1).any(|rest| {
        let mut numbers = rest.split(|it: char| !it.is_ascii_digit());
        let from = numbers.next().and_then(|it| it.parse::<usize>().ok());
        let to = rest.split(" to ").nth(1);
        let to = to.and_then(|it| {
            it.split(|it: char| !it.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        });
        from.zip(to)
            .is_some_and(|(from, to)| (from..to).contains(&byte))
    })
}

#[test]
fn a_dump_that_was_cut_off_is_none() {
    let registry = registry();
    let sandbox = filled(&registry);
    let whole = fs::read(export(&sandbox, "all.cmb", &[])).unwrap();
    let step = whole.len() / 64;
    for cut in settings::sample((0..64).map(|at| at * step).collect::<Vec<_>>(), 16) {
        fs::write(sandbox.path("cut.cmb"), &whole[..cut]).unwrap();
        let said = if cut < 80 {
            "is not a dump"
        } else {
            "was cut off"
        };
        import(&sandbox, "other", &["cut.cmb"])
            .exits(101)
            .says(said);
    }
    assert!(tree(&sandbox.path("other/crates-io")).is_empty());
}

#[test]
fn a_damaged_frame_is_named_and_a_good_copy_completes() {
    let registry = registry();
    let sandbox = filled(&registry);
    let sound = export(&sandbox, "all.cmb", &["--compress", "none"]);
    fs::copy(&sound, sandbox.path("bad.cmb")).unwrap();
    // Within the frame of crates; that of roots comes before it.
    flip(&sandbox.path("bad.cmb"), 8 * 30_000);
    import(&sandbox, "other", &["bad.cmb"])
        .exits(101)
        .says("frame 2 of part 1 is not taken");
    on(&sandbox, "other", &["verify"]).exits(0);
    import(&sandbox, "other", &["all.cmb"])
        .exits(0)
        .answers("imported 9 crates");
}
