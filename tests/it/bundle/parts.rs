//! Parts: in any order, at different times, missing, doubled, mixed up.

use std::fs;
use std::path::Path;

use crate::fixture::bundle::{import, on, same};
use crate::fixture::package::Crate;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// Bytes that cannot be packed.
fn noise(mut seed: u64) -> Vec<u8> {
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[3]
    };
    (0..60_000).map(|_| next()).collect()
}

const NAMES: [&str; 5] = ["aa", "bb", "cc", "dd", "ee"];

/// Crates that cannot be packed, and a mirror of them.
pub(super) fn heavy() -> (Registry, Sandbox) {
    let krate = |seed: usize| {
        let krate = Crate::new(NAMES[seed], "1.0.0");
        krate.file("noise", noise(seed as u64 + 1))
    };
    let registry = Registry::new((0..5).map(krate));
    let sandbox = Sandbox::new(&registry);
    let words = ["prefetch"].into_iter().chain(NAMES);
    sandbox.program(words).outcome().exits(0);
    (registry, sandbox)
}

pub(super) fn parts(folder: &Path, start: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
    names.sort();
    names
}

pub(super) fn in_parts(sandbox: &Sandbox) -> Vec<String> {
    let words = ["export", "it.cmb", "--split", "150kB"];
    on(sandbox, "mirror", &words).exits(0);
    let parts = parts(&sandbox.path(""), "it");
    assert!(parts.len() >= 3, "{parts:?}");
    for part in &parts {
        let size = fs::metadata(sandbox.path(part)).unwrap().len();
        assert!(size <= 150_000, "{part} has {size} bytes");
    }
    parts
}

#[test]
fn what_no_part_can_hold_is_an_error_and_leaves_nothing() {
    let (_registry, sandbox) = heavy();
    let small = ["export", "it.cmb", "--split", "60kB"];
    on(&sandbox, "mirror", &small)
        .exits(101)
        .says("cannot hold crate crates-io aa 1.0.0");
    assert_eq!(parts(&sandbox.path(""), "it"), [""; 0]);
    // One part is numbered as well: nobody knows beforehand that there is no other.
    on(
        &sandbox,
        "mirror",
        &["export", "it.cmb", "--split", "fat32"],
    )
    .exits(0);
    assert_eq!(parts(&sandbox.path(""), "it"), ["it.1.cmb"]);
    import(&sandbox, "other", &["it.1.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));
}

#[test]
fn each_part_alone_the_last_one_first() {
    let (_registry, sandbox) = heavy();
    let parts = in_parts(&sandbox);
    let number = parts.len();
    for (left, part) in parts.iter().enumerate().rev() {
        let run = import(&sandbox, "other", &[part]);
        if left == 0 {
            run.exits(0).never_says("missing");
        } else {
            let missing: Vec<String> = (1..=left).map(|part| part.to_string()).collect();
            let missing = format!("{} of {number}", missing.join(", "));
            run.exits(1).says(&missing).says("missing");
        }
    }
    same(&sandbox.mirror(), &sandbox.path("other"));
}

#[test]
fn parts_that_are_doubled_swapped_or_lost() {
    let (_registry, sandbox) = heavy();
    let parts = in_parts(&sandbox);
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    // Lost: the second. Doubled: the first, under another name.
    fs::copy(sandbox.path(names[0]), sandbox.path("again.cmb")).unwrap();
    let lost = [&["again.cmb", names[0]], &names[2..]].concat();
    import(&sandbox, "other", &lost).exits(1).says("part 2 of");
    on(
        &sandbox,
        "mirror",
        &[&["bundle", "verify"], &lost[..]].concat(),
    )
    .exits(1)
    .answers("part 2");
    import(&sandbox, "other", &[names[1]]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));
    // Without the last nobody knows how many there are.
    import(&sandbox, "third", &[names[1]])
        .exits(1)
        .says("part 1 is missing, and so is the last one");
    import(&sandbox, "third", &[names[0]])
        .exits(1)
        .says("the last part is missing");
    let all_but_the_last = [&["bundle", "verify"], &names[..names.len() - 1]].concat();
    on(&sandbox, "mirror", &all_but_the_last)
        .exits(1)
        .answers("the last part is missing");
}

#[test]
fn a_part_that_was_made_anew_does_not_belong() {
    let (_registry, sandbox) = heavy();
    let parts = in_parts(&sandbox);
    // With another dump's part under its name, there are two dumps, and neither is complete.
    for part in &parts {
        fs::rename(sandbox.path(part), sandbox.path(&format!("old-{part}"))).unwrap();
    }
    let words = ["export", "it.cmb", "--split", "150kB"];
    on(&sandbox, "mirror", &words).exits(0);
    let mixed = [format!("old-{}", parts[0]), parts[1].clone()];
    let mixed: Vec<&str> = mixed.iter().map(String::as_str).collect();
    import(&sandbox, "other", &mixed)
        .exits(1)
        .says("not complete");
}

#[test]
fn a_newer_dump_does_not_hide_that_the_one_before_it_never_came_whole() {
    let (registry, sandbox) = heavy();
    let parts = in_parts(&sandbox);
    let last = parts.last().unwrap();
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let some = [&names[..1], &names[2..]].concat();
    import(&sandbox, "other", &some).exits(1).says("part 2 of");
    registry.publish(&Crate::new("ff", "1.0.0"));
    sandbox.program(["prefetch", "ff"]).outcome().exits(0);
    let words = ["export", "next.cmb", "--since", last];
    on(&sandbox, "mirror", &words).exits(0);
    let run = import(&sandbox, "other", &["next.cmb"]).exits(1);
    run.says("before it never came whole: part 2 is missing");
    // Said once, and what was missing can still be had.
    import(&sandbox, "other", &["next.cmb"]).exits(0);
    import(&sandbox, "other", &[names[1], "--allow-older"]);
    same(&sandbox.mirror(), &sandbox.path("other"));
}
