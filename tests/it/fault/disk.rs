//! Disks that are full, closed or in the way.

use std::fs;

use crate::fixture::mirror::sound;
use crate::fixture::package::{Crate, Dep, index_path};
use crate::fixture::project::{tree, write};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::settings;

fn registry() -> Registry {
    Registry::new([
        Crate::new("small", "1.0.0"),
        Crate::new("large", "1.0.0").weight(400_000),
    ])
}

fn deps() -> [Dep; 2] {
    ["small", "large"].map(|name| Dep::new(name, "1"))
}

/// Kilobytes from one level to the next.
const LEVEL: usize = 24;

#[test]
fn a_full_disk_at_every_level() {
    requires!(mount);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &deps());
    // The small disk is there for the program only, so what it wrote is copied out before it is gone.
    let script = "mirror=$1; saved=$2; size=$3; shift 3; mount -t tmpfs -o size=${size}k none \"$mirror\" || exit 99; \
                  \"$@\"; code=$?; cp -a \"$mirror\" \"$saved\"; exit $code";
    let mut full = 0;
    // Every level at which another write is the one that fails, a page more each time, until there is room for all.
    let step = settings::number_of(1, 5);
    let first = 1 + usize::try_from(settings::seed()).expect("a small number") % step;
    eprintln!("CARGO_MIRROR_TESTS_SEED={}", settings::seed());
    for level in (first..).step_by(step) {
        let (mirror, saved) = (sandbox.mirror(), sandbox.path(&format!("saved-{level}")));
        fs::create_dir(&mirror).unwrap();
        let size = (level * LEVEL).to_string();
        let arguments = [
            mirror.to_str().unwrap(),
            saved.to_str().unwrap(),
            size.as_str(),
        ];
        let run = sandbox.program(["vendor"]).within(&project.folder);
        let run = run.in_mounts(script, &arguments).outcome().no_panic();
        fs::remove_dir(&mirror).unwrap();
        if run.code == Some(0) {
            break;
        }
        full += 1;
        let run = run.exits(101);
        run.says("No space left").says("make room");
        sound(&saved, &registry);
        assert!(!project.config().exists(), "at {size} kB");

        // On a disk with room the same command completes.
        fs::rename(&saved, &mirror).unwrap();
        sandbox.run(&project, ["vendor"]).exits(0);
        sandbox.run(&project, ["off"]).exits(0);
        sandbox.program(["verify"]).outcome().exits(0);
        fs::remove_dir_all(&mirror).unwrap();
    }
    assert!(
        full >= settings::number_of(10, 2),
        "only {full} levels were too small"
    );
}

/// The other verbs that write: each is given a mirror to mend or to tidy on a disk with little more room than that takes.
#[test]
fn a_full_disk_while_mending_and_tidying() {
    requires!(mount);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &deps());
    sandbox.run(&project, ["vendor"]).exits(0);
    let prepared = sandbox.path("prepared");
    fs::rename(sandbox.mirror(), &prepared).unwrap();
    let crates_io = prepared.join("crates-io");
    // Bytes to fetch, a line to put back, a stray to move away; and for gc, nothing is wanted any more.
    let mut bytes = fs::read(crates_io.join("large-1.0.0.crate")).unwrap();
    bytes[1000] ^= 1;
    write(&crates_io.join("large-1.0.0.crate"), bytes);
    fs::remove_file(crates_io.join("index").join(index_path("small"))).unwrap();
    write(&crates_io.join("large-0.9.0.crate"), "half of it");

    // Filled to `size` kilobytes before the program starts, so that little is left whatever the mirror takes.
    let script = "mirror=$1; saved=$2; prepared=$3; room=$4; shift 4; mount -t tmpfs -o size=16m none \"$mirror\" || exit 99; \
                  cp -a \"$prepared/.\" \"$mirror\"; free=$(df -k --output=avail \"$mirror\" | tail -n 1); \
                  head -c $(((free - room) * 1024)) /dev/zero > \"$mirror/.mirror/filler\"; \
                  \"$@\"; code=$?; rm \"$mirror/.mirror/filler\"; cp -a \"$mirror\" \"$saved\"; exit $code";
    for (verb, most, level) in [
        (&["repair"][..], 1000, 2 * LEVEL),
        (&["gc", "--yes", "--forget-gone"], 64, LEVEL / 3),
    ] {
        let (mut full, mut done) = (0, 0);
        for room in (0..most).step_by(level) {
            let (mirror, saved) = (sandbox.mirror(), sandbox.path("saved"));
            fs::create_dir(&mirror).unwrap();
            let lockfile = project.path("Cargo.lock");
            let kept = fs::read(&lockfile).unwrap();
            if verb[0] == "gc" {
                fs::remove_file(&lockfile).unwrap();
            }
            let room = room.to_string();
            let arguments = [
                mirror.to_str().unwrap(),
                saved.to_str().unwrap(),
                prepared.to_str().unwrap(),
                &room,
            ];
            let run = sandbox.program(verb).in_mounts(script, &arguments);
            let run = run.outcome().no_panic();
            fs::remove_dir(&mirror).unwrap();
            write(&lockfile, kept);
            if run.code == Some(0) {
                done += 1;
            } else {
                full += 1;
                run.exits(101).says("No space left").says("make room");
            }
            // On a disk with room the mirror is as good as ever.
            fs::rename(&saved, &mirror).unwrap();
            sandbox.program(["repair"]).outcome().exits(0);
            sandbox.run(&project, ["vendor"]).exits(0);
            sandbox.run(&project, ["off"]).exits(0);
            sandbox.program(["verify"]).outcome().exits(0);
            sound(&mirror, &registry);
            fs::remove_dir_all(&mirror).unwrap();
            if done == 2 {
                break;
            }
        }
        assert!(done > 0, "{verb:?} never has room");
        assert!(full > 0 || verb[0] == "gc", "{verb:?} is never out of room");
    }
}

#[test]
fn a_mirror_that_cannot_be_written() {
    requires!(mount);
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let one = sandbox.project("one", &[Dep::new("small", "1")]);
    let both = sandbox.project("both", &deps());
    sandbox.run(&one, ["vendor"]).exits(0);
    let before = tree(&sandbox.mirror());
    let mirror = sandbox.mirror();
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 99; shift; exec \"$@\"";
    let folder = [mirror.to_str().unwrap()];

    let run = sandbox.program(["vendor"]).within(&both.folder);
    let run = run
        .in_mounts(script, &folder)
        .outcome()
        .no_panic()
        .exits(101);
    run.says("Read-only").says("--mirror");
    assert!(!both.config().exists());
    assert_eq!(tree(&mirror), before);

    // What needs no writing works: a mirror on a read-only share is for everybody.
    for verb in ["vendor", "status", "on"] {
        let run = sandbox.program([verb]).within(&one.folder);
        run.in_mounts(script, &folder).outcome().exits(0);
    }
    assert_eq!(tree(&mirror), before);
}

#[test]
fn a_file_where_the_mirror_should_be() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &deps());
    write(&sandbox.mirror(), "not a folder");
    let run = sandbox.run(&project, ["vendor"]).no_panic().exits(101);
    run.says("mirror").says("error:");
    assert_eq!(
        fs::read_to_string(sandbox.mirror()).unwrap(),
        "not a folder"
    );
    assert!(!project.config().exists());
}

#[test]
fn a_folder_where_a_crate_should_be() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let project = sandbox.project("app", &deps());
    let path = sandbox.mirror().join("crates-io/small-1.0.0.crate");
    write(&path.join("inside"), "somebody's");
    let run = sandbox.run(&project, ["vendor"]).no_panic().exits(101);
    run.says("small-1.0.0.crate");
    assert_eq!(
        fs::read_to_string(path.join("inside")).unwrap(),
        "somebody's"
    );
    assert!(!project.config().exists());
    fs::remove_dir_all(&path).unwrap();
    sandbox.run(&project, ["vendor"]).exits(0);
    sandbox.builds(&project);
}
