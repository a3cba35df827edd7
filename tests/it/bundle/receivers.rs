//! Receivers by name, several signatures, keys that only ssh-keygen can use, registries that are hosted, and very large crates.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bundle::parts::parts;
use crate::fixture::bundle::{export, filled, import, on, registry, same};
use crate::fixture::command::{Outcome, Run};
use crate::fixture::package::{Crate, sha256};
use crate::fixture::project::write;
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;

/// The program with the keys of somebody.
fn with(sandbox: &Sandbox, who: &str, mirror: &str, arguments: &[&str]) -> Run {
    let run = sandbox
        .program(arguments)
        .env("CARGO_MIRROR_DIR", sandbox.path(mirror));
    run.env("CARGO_MIRROR_KEYS", sandbox.path(who))
}

fn sender(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    with(sandbox, "sender", "mirror", arguments)
        .outcome()
        .no_panic()
}

fn receiver(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    with(sandbox, "receiver", "other", arguments)
        .outcome()
        .no_panic()
}

#[test]
fn a_receiver_has_what_was_acknowledged_and_nothing_that_was_lost() {
    let registry = registry();
    let sandbox = filled(&registry);
    let export = |file: &str, answer: &str| {
        on(&sandbox, "mirror", &["export", file, "--for", "plant"])
            .exits(0)
            .answers(answer);
    };
    let acknowledge = |more: &[&str]| {
        let words = [&["bundle", "acknowledge", "plant"], more].concat();
        on(&sandbox, "mirror", &words)
    };
    acknowledge(&[])
        .exits(101)
        .says("no dump for `plant` is pending");
    export("first.cmb", "9 crates ");
    // It is not known to have come: the next one has it all again.
    export("again.cmb", "9 crates ");
    import(&sandbox, "other", &["again.cmb"]).exits(0);
    acknowledge(&[]).exits(0).answers("plant has ");
    acknowledge(&[]).exits(101).says("is pending");
    let more = Crate::new("more", "1.0.0");
    registry.publish(&more);
    sandbox.program(["prefetch", "more"]).outcome().exits(0);
    export("lost.cmb", "1 crate ");
    export("second.cmb", "1 crate ");
    let words = ["second.cmb", "--receipt", "receipt"];
    import(&sandbox, "other", &words)
        .exits(0)
        .answers("imported 1 crate ");
    same(&sandbox.mirror(), &sandbox.path("other"));
    acknowledge(&["receipt"]).exits(0);
    export("nothing.cmb", "0 crates ");
    // A receipt tells what is there, whatever was sent: of a mirror that was lost, nothing.
    on(&sandbox, "third", &["prefetch", "plain"]).exits(0);
    on(&sandbox, "third", &["state", "lost"]).exits(0);
    acknowledge(&["lost"]).exits(0);
    export("anew.cmb", "9 crates ");
    acknowledge(&["first.cmb"]).exits(0);
    for bad in ["../plant", "", "a b"] {
        on(&sandbox, "mirror", &["export", "x.cmb", "--for", bad])
            .exits(101)
            .says("cannot be the name of a receiver");
    }
    // What is no receipt changes nothing.
    write(&sandbox.path("text"), "text");
    acknowledge(&["text"]).exits(101).says("is neither a dump");
    export("same.cmb", "1 crate ");
}

#[test]
fn as_many_have_to_sign_as_are_wanted() {
    let registry = registry();
    let sandbox = filled(&registry);
    for name in ["one", "two", "three"] {
        sender(&sandbox, &["key", "new", name]).exits(0);
    }
    receiver(&sandbox, &["key", "threshold"])
        .exits(0)
        .answers("1 trusted key");
    for name in ["one", "two"] {
        let file = format!("sender/keys/{name}.pub");
        receiver(&sandbox, &["key", "trust", &file]).exits(0);
    }
    receiver(&sandbox, &["key", "threshold", "2"])
        .exits(0)
        .answers("2 trusted keys");
    receiver(&sandbox, &["key", "threshold", "0"]).exits(2);
    let signed = |file: &str, names: &[&str]| {
        let mut words = vec!["export", file, "--split", "40kB"];
        words.extend(names.iter().flat_map(|name| ["--sign-with", name]));
        sender(&sandbox, &words)
            .exits(0)
            .answers("signed with SHA256:");
        file.replace(".cmb", ".1.cmb")
    };
    for names in [&["one"][..], &["one", "one"], &["one", "three"]] {
        let file = signed(&format!("{}.cmb", names.join("-")), names);
        receiver(&sandbox, &["import", &file])
            .exits(101)
            .says("is signed by 1 of those who are trusted here, and 2 are wanted")
            .says("--sign-with ONE --sign-with OTHER");
        receiver(&sandbox, &["bundle", "list", &file])
            .exits(0)
            .answers("not trusted here");
    }
    let file = signed("both.cmb", &["one", "two"]);
    let all = parts(&sandbox.path(""), "both.");
    let all: Vec<&str> = ["import"]
        .into_iter()
        .chain(all.iter().map(String::as_str))
        .collect();
    receiver(&sandbox, &all).exits(0);
    receiver(&sandbox, &["bundle", "list", &file])
        .exits(0)
        .answers("signed by one, two\n");
    // A threshold that cannot be read lets nothing in.
    write(&sandbox.path("receiver/threshold"), "many\n");
    receiver(&sandbox, &["import", &file])
        .exits(101)
        .says("does not say how many signatures");
}

#[test]
fn a_key_with_a_passphrase_and_one_of_an_agent_sign_through_ssh_keygen() {
    requires!(ssh_keygen);
    let registry = registry();
    let sandbox = filled(&registry);
    let make = |name: &str, passphrase: &str| {
        let words = ["-q", "-t", "ed25519", "-N", passphrase, "-f", name];
        sandbox.command("ssh-keygen").args(words).outcome().exits(0);
        let public = format!("{name}.pub");
        receiver(&sandbox, &["key", "trust", &public]).exits(0);
    };
    make("locked", "secret");
    let ask = sandbox.path("ask");
    write(&ask, "#!/bin/sh\necho secret\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&ask, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let words = ["export", "locked.cmb", "--sign-with", "locked"];
    let run = with(&sandbox, "sender", "mirror", &words).env("SSH_ASKPASS", &ask);
    let run = run.env("SSH_ASKPASS_REQUIRE", "force").env("DISPLAY", ":0");
    run.outcome().exits(0).answers("signed with SHA256:");
    receiver(&sandbox, &["import", "locked.cmb"]).exits(0);
    receiver(&sandbox, &["bundle", "list", "locked.cmb"])
        .exits(0)
        .answers("signed by locked\n");

    // Only the agent has it; a public key says which.
    make("held", "");
    let words = ["export", "held.cmb", "--sign-with", "held.pub"];
    let script = "ssh-add -q held && rm held && exec \"$@\"";
    let agent = ["ssh-agent", "sh", "-c", script, "sh"];
    let run = with(&sandbox, "sender", "mirror", &words).wrapped(&agent);
    run.outcome().exits(0).answers("signed with SHA256:");
    receiver(&sandbox, &["import", "held.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));

    // Without the agent it is told before anything is written, and with another kind of key too.
    let refused = sender(&sandbox, &["export", "none.cmb", "--sign-with", "held.pub"]);
    refused
        .exits(101)
        .says("ssh-keygen does not sign with")
        .says("ssh-add");
    assert!(!sandbox.path("none.cmb").exists());
    fs::remove_file(sandbox.path("locked.pub")).unwrap();
    let refused = sender(&sandbox, &["export", "none.cmb", "--sign-with", "locked"]);
    refused
        .exits(101)
        .says("its public half is not beside it")
        .says("ssh-keygen -y");
}

#[test]
fn a_hosted_registry_goes_along_where_it_is_asked_for() {
    let sandbox = Sandbox::new(&Registry::new([]));
    let new = [
        "registry",
        "new",
        "corp",
        "--url",
        "https://r.example/index/",
    ];
    on(&sandbox, "mirror", &new).exits(0);
    for version in ["1.0.0", "1.1.0"] {
        let file = sandbox.path(&format!("acme-{version}.crate"));
        write(&file, Crate::new("acme", version).bytes());
        let file = file.display().to_string();
        on(&sandbox, "mirror", &["add", "--offline", &file]).exits(0);
    }
    on(&sandbox, "mirror", &["yank", "acme@1.0.0"]).exits(0);
    on(&sandbox, "mirror", &["export", "without.cmb"])
        .exits(0)
        .answers("0 crates ");
    export(&sandbox, "with.cmb", &["--hosted"]);
    // Nothing of who may do what is in it.
    let listed = on(&sandbox, "mirror", &["bundle", "list", "with.cmb"]).exits(0);
    listed
        .answers("crate registries/corp acme@1.0.0\n")
        .answers("2 crates ");
    // Without its marker it would be one that `gc` may empty.
    import(&sandbox, "other", &["with.cmb"])
        .exits(101)
        .says("the registry `corp` is not hosted in this mirror")
        .says("cargo mirror registry new corp --url URL");
    assert!(!sandbox.path("other/registries/corp").exists());
    on(&sandbox, "other", &new).exits(0);
    import(&sandbox, "other", &["with.cmb"])
        .exits(0)
        .answers("imported 2 crates ");
    let index = |mirror: &str| {
        let path = sandbox
            .path(mirror)
            .join("registries/corp/index/ac/me/acme");
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(index("mirror"), index("other"));
    assert!(index("other").contains("\"yanked\":true"));
    let owners = sandbox.path("other/access/crates");
    assert!(!owners.exists(), "{}", owners.display());
    on(&sandbox, "other", &["gc", "--yes", "--keep", "nothing"]).exits(0);
    on(&sandbox, "other", &["verify", "--archives"]).exits(0);
    assert_eq!(index("mirror"), index("other"));
    // The version is there, so nobody publishes other bytes under its number.
    let file = sandbox.path("acme-1.1.0.crate");
    write(&file, Crate::new("acme", "1.1.0").file("x", "y").bytes());
    let file = file.display().to_string();
    on(&sandbox, "other", &["add", "--offline", &file])
        .exits(101)
        .says("acme@1.1.0 is there already with other bytes");
}

/// A mirror with one crate of these bytes, put there by hand.
fn by_hand(mirror: &Path, name: &str, bytes: &[u8]) {
    let line = format!(
        "{{\"name\":\"{name}\",\"vers\":\"1.0.0\",\"deps\":[],\"cksum\":\"{}\",\"features\":{{}},\"yanked\":false}}\n",
        sha256(bytes)
    );
    let folder = mirror.join("crates-io");
    let index = crate::fixture::package::index_path(name);
    write(&folder.join("index").join(index), line);
    write(&folder.join(format!("{name}-1.0.0.crate")), bytes);
}

#[test]
fn a_crate_that_is_larger_than_what_is_unpacked_in_memory_comes_through() {
    let sandbox = Sandbox::new(&Registry::new([]));
    // As large as its archive, for it is not compressed; other text every few bytes.
    let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
    let mut tar = tar::Builder::new(Vec::new());
    let text: Vec<u8> = (0..24_u32 << 20).flat_map(u32::to_le_bytes).collect();
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    tar.append_data(&mut header, "large-1.0.0/data", text.as_slice())
        .unwrap();
    gzip.write_all(&tar.into_inner().unwrap()).unwrap();
    let bytes = gzip.finish().unwrap();
    assert!(bytes.len() > 96 << 20);
    by_hand(&sandbox.mirror(), "large", &bytes);
    for level in ["1", "none"] {
        let (file, other) = (format!("{level}.cmb"), format!("other-{level}"));
        export(&sandbox, &file, &["--compress", level]);
        on(&sandbox, "mirror", &["bundle", "verify", "--deep", &file])
            .exits(0)
            .answers("1 rebuilt");
        import(&sandbox, &other, &[&file])
            .exits(0)
            .answers("imported 1 crate ");
        let there = fs::read(sandbox.path(&other).join("crates-io/large-1.0.0.crate")).unwrap();
        assert!(there == bytes, "{level}");
        on(&sandbox, &other, &["verify"]).exits(0);
    }
}
