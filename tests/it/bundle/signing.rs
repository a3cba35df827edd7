//! Signatures: believed from those who are trusted, and from nobody else; an old dump is no new one.

use std::fs;
use std::path::Path;

use crate::fixture::bundle::{export, filled, finish_signed, import, on, registry, same};
use crate::fixture::command::Outcome;
use crate::fixture::damage::flip;
use crate::fixture::sandbox::Sandbox;

/// The program with the keys of somebody.
fn of(sandbox: &Sandbox, who: &str, mirror: &str, arguments: &[&str]) -> Outcome {
    let run = sandbox
        .program(arguments)
        .env("CARGO_MIRROR_DIR", sandbox.path(mirror));
    run.env("CARGO_MIRROR_KEYS", sandbox.path(who))
        .outcome()
        .no_panic()
}

fn sender(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    of(sandbox, "sender", "mirror", arguments)
}

fn receiver(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    of(sandbox, "receiver", "other", arguments)
}

/// Where the manifest of a dump is, and its signature.
fn signed_parts(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let tail = &bytes[bytes.len() - 72..];
    let number = |at: usize| u64::from_le_bytes(tail[at..at + 8].try_into().unwrap());
    let at = usize::try_from(number(0)).unwrap();
    let end = at + usize::try_from(number(8)).unwrap();
    let signature = end + usize::try_from(number(16)).unwrap();
    (bytes[at..end].to_vec(), bytes[end..signature].to_vec())
}

#[test]
fn a_dump_is_taken_from_who_is_trusted() {
    let registry = registry();
    let sandbox = filled(&registry);
    // Without a key nothing is signed, and nothing unsigned is taken.
    sender(&sandbox, &["export", "bare.cmb"])
        .exits(0)
        .answers("not signed");
    receiver(&sandbox, &["import", "bare.cmb"])
        .exits(101)
        .says("is not signed");
    assert!(!sandbox.path("other/crates-io").exists());

    sender(&sandbox, &["key", "new", "lab"])
        .exits(0)
        .answers("SHA256:")
        .answers("lab.pub");
    sender(&sandbox, &["key", "new", "lab"])
        .exits(101)
        .says("a key `lab` already");
    sender(&sandbox, &["key", "new", "../lab"])
        .exits(101)
        .says("cannot be the name");
    sender(&sandbox, &["export", "it.cmb"])
        .exits(0)
        .answers("signed with SHA256:");
    receiver(&sandbox, &["import", "it.cmb"])
        .exits(101)
        .says("not trusted here: SHA256:");
    receiver(&sandbox, &["key", "trust", "sender/keys/lab.pub"])
        .exits(0)
        .answers("lab");
    receiver(&sandbox, &["key", "list"])
        .exits(0)
        .answers("lab (trusted)");
    receiver(&sandbox, &["import", "it.cmb"]).exits(0);
    same(&sandbox.mirror(), &sandbox.path("other"));
    receiver(&sandbox, &["bundle", "verify", "it.cmb"])
        .exits(0)
        .answers("signed by lab\n");
    sender(&sandbox, &["bundle", "list", "it.cmb"])
        .exits(0)
        .answers("not trusted here");

    // A second key has to be chosen.
    sender(&sandbox, &["key", "new", "plant"]).exits(0);
    sender(&sandbox, &["export", "x.cmb"])
        .exits(101)
        .says("--sign-with NAME");
    sender(&sandbox, &["export", "x.cmb", "--sign-with", "plant"]).exits(0);
    receiver(&sandbox, &["import", "x.cmb"])
        .exits(101)
        .says("not trusted");
    receiver(&sandbox, &["import", "x.cmb", "--allow-unsigned"])
        .exits(0)
        .says("taken because of");
}

#[cfg(unix)]
#[test]
fn a_key_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    sender(&sandbox, &["key", "new", "lab"]).exits(0);
    let key = fs::metadata(sandbox.path("sender/keys/lab")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
}

#[test]
fn ssh_keygen_agrees() {
    requires!(ssh_keygen);
    let registry = registry();
    let sandbox = filled(&registry);
    sender(&sandbox, &["key", "new", "lab"]).exits(0);
    sender(&sandbox, &["export", "it.cmb"]).exits(0);
    receiver(&sandbox, &["key", "trust", "sender/keys/lab.pub"]).exits(0);
    let (manifest, signature) = signed_parts(&sandbox.path("it.cmb"));
    fs::write(sandbox.path("manifest.sig"), signature).unwrap();
    let signers = sandbox
        .path("receiver/allowed_signers")
        .display()
        .to_string();
    let verify = |manifest: Vec<u8>, namespace: &str| {
        let words = ["-Y", "verify", "-f", &signers, "-I", "lab", "-n", namespace];
        let run = sandbox.command("ssh-keygen").args(words);
        run.args(["-s", "manifest.sig"]).input(manifest).outcome()
    };
    let good = verify(manifest.clone(), "cargo-mirror-bundle");
    good.exits(0)
        .answers("Good \"cargo-mirror-bundle\" signature for lab");
    let mut changed = manifest.clone();
    changed[20] ^= 1;
    assert_ne!(verify(changed, "cargo-mirror-bundle").code, Some(0));
    assert_ne!(verify(manifest.clone(), "file").code, Some(0));

    // A signature of the same bytes for another purpose is none for a dump.
    let ours = sandbox.path("sender/keys/lab").display().to_string();
    for (namespace, code) in [("cargo-mirror-bundle", 0), ("file", 101)] {
        let words = ["-Y", "sign", "-f", &ours, "-n", namespace];
        let run = sandbox.command("ssh-keygen").args(words);
        let signature = run.input(manifest.clone()).outcome().exits(0).stdout;
        let mut frames = fs::read(sandbox.path("it.cmb")).unwrap();
        let end = u64::from_le_bytes(*frames[frames.len() - 72..].first_chunk().unwrap());
        frames.truncate(usize::try_from(end).unwrap());
        let path = sandbox.path("resigned.cmb");
        finish_signed(frames, &manifest, signature.as_bytes(), &path);
        let run = receiver(&sandbox, &["import", "resigned.cmb"]);
        run.exits(code);
    }

    // The other way round: a key of ssh-keygen signs, and ours is one that it can read.
    let words = [
        "-q", "-t", "ed25519", "-N", "", "-C", "me@here", "-f", "theirs",
    ];
    sandbox.command("ssh-keygen").args(words).outcome().exits(0);
    let theirs = sandbox.path("theirs").display().to_string();
    sender(&sandbox, &["export", "y.cmb", "--sign-with", &theirs]).exits(0);
    receiver(&sandbox, &["key", "trust", "theirs.pub", "--name", "them"]).exits(0);
    receiver(&sandbox, &["import", "y.cmb"]).exits(0);
    let run = sandbox
        .command("ssh-keygen")
        .args(["-y", "-f", &ours])
        .outcome()
        .exits(0);
    let public = fs::read_to_string(sandbox.path("sender/keys/lab.pub")).unwrap();
    assert_eq!(run.stdout, public);
    let run = sandbox
        .command("ssh-keygen")
        .args(["-l", "-f", "sender/keys/lab.pub"])
        .outcome();
    let fingerprint = run.stdout.split(' ').nth(1).unwrap().to_owned();
    sender(&sandbox, &["key", "list"])
        .exits(0)
        .answers(&fingerprint);

    // What we cannot use is said.
    let words = ["-q", "-t", "ed25519", "-N", "secret", "-f", "locked"];
    sandbox.command("ssh-keygen").args(words).outcome().exits(0);
    sender(&sandbox, &["export", "z.cmb", "--sign-with", "locked"])
        .exits(101)
        .says("passphrase");
}

#[test]
fn a_signature_covers_the_whole_dump() {
    let registry = registry();
    let sandbox = filled(&registry);
    sender(&sandbox, &["key", "new", "lab"]).exits(0);
    sender(&sandbox, &["export", "one.cmb", "--compress", "none"]).exits(0);
    receiver(&sandbox, &["key", "trust", "sender/keys/lab.pub"]).exits(0);
    // A signed manifest with another body.
    fs::copy(sandbox.path("one.cmb"), sandbox.path("body.cmb")).unwrap();
    flip(&sandbox.path("body.cmb"), 8 * 5000);
    receiver(&sandbox, &["import", "body.cmb"])
        .exits(101)
        .says("is damaged: frame")
        .says("bytes");
    // Somebody else's signature under it.
    sender(&sandbox, &["export", "two.cmb", "--compress", "none"]).exits(0);
    let (_, other) = signed_parts(&sandbox.path("two.cmb"));
    let mut bytes = fs::read(sandbox.path("one.cmb")).unwrap();
    let at = bytes.len() - 72 - other.len();
    bytes[at..at + other.len()].copy_from_slice(&other);
    fs::write(sandbox.path("mixed.cmb"), bytes).unwrap();
    for more in [&[][..], &["--allow-unsigned"]] {
        let words = [&["import", "mixed.cmb"], more].concat();
        receiver(&sandbox, &words)
            .exits(101)
            .says("signature that does not fit");
    }
    // A signature that is good does not make an old dump a new one.
    for sound in ["one.cmb", "two.cmb"] {
        receiver(&sandbox, &["import", sound]).exits(0);
    }
    receiver(&sandbox, &["import", "one.cmb"])
        .exits(101)
        .says("is older than the dump of");
}

#[test]
fn an_old_dump_does_not_pass_for_a_new_one() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "old.cmb", &[]);
    let path = sandbox.mirror().join("crates-io/index/pl/ai/plain");
    let line = fs::read_to_string(&path).unwrap();
    fs::write(&path, line.replace("\"yanked\":false", "\"yanked\":true")).unwrap();
    export(&sandbox, "new.cmb", &[]);
    import(&sandbox, "other", &["new.cmb"]).exits(0);
    let there = sandbox.path("other/crates-io/index/pl/ai/plain");
    import(&sandbox, "other", &["old.cmb"])
        .exits(101)
        .says("is older than the dump of");
    assert!(
        fs::read_to_string(&there)
            .unwrap()
            .contains("\"yanked\":true")
    );
    // The same again is nothing new, and no fault.
    import(&sandbox, "other", &["new.cmb"]).exits(0);
    import(&sandbox, "other", &["old.cmb", "--allow-older"]).exits(0);
    // What was asked for once does not make the mirror forget the newer one.
    import(&sandbox, "other", &["old.cmb"])
        .exits(101)
        .says("is older");
}

#[test]
fn an_old_key_hands_over_to_a_new_one() {
    let registry = registry();
    let sandbox = filled(&registry);
    sender(&sandbox, &["key", "new", "first"]).exits(0);
    receiver(&sandbox, &["key", "trust", "sender/keys/first.pub"]).exits(0);
    sender(&sandbox, &["key", "new", "second", "--after", "first"])
        .exits(0)
        .answers("second.rotation");
    sender(&sandbox, &["export", "it.cmb", "--sign-with", "second"]).exits(0);
    receiver(&sandbox, &["import", "it.cmb"])
        .exits(101)
        .says("not trusted");
    let word = sandbox.path("sender/keys/second.rotation");
    // A word that was changed, and one of somebody who is not trusted.
    let text = fs::read_to_string(&word).unwrap();
    fs::write(
        sandbox.path("changed"),
        text.replacen("name second", "name other", 1),
    )
    .unwrap();
    receiver(&sandbox, &["key", "trust", "changed"])
        .exits(101)
        .says("does not fit");
    let word = word.display().to_string();
    of(&sandbox, "nobody", "other", &["key", "trust", &word])
        .exits(101)
        .says("hands over");
    receiver(&sandbox, &["key", "trust", &word])
        .exits(0)
        .answers("second");
    receiver(&sandbox, &["import", "it.cmb"]).exits(0);
}

#[test]
fn a_dump_that_has_expired_is_taken_with_a_warning() {
    let registry = registry();
    let sandbox = filled(&registry);
    export(&sandbox, "it.cmb", &["--expires", "30d"]);
    import(&sandbox, "other", &["it.cmb"])
        .exits(0)
        .never_says("expired");
    let run = sandbox.program(["import", "it.cmb", "--allow-unsigned"]);
    let run = run.env("CARGO_MIRROR_DIR", sandbox.path("third"));
    let run = run.env("CARGO_MIRROR_NOW", "2099-01-01T00:00:00Z");
    run.outcome().exits(0).says("has expired");
    on(&sandbox, "third", &["verify"]).exits(0);
}
