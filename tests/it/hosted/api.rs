//! The web API as it stands on the wire: what is refused, in which words, and that nothing is left of it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::fixture::project::tree;
use crate::hosted::world::{World, body, metadata};

/// One `detail`, as cargo prints it.
fn detail(body: &[u8]) -> String {
    let errors: Value = serde_json::from_slice(body).unwrap();
    let errors = errors["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0]["detail"].as_str().unwrap().to_owned()
}

/// A package whose files these are, below `name-version/` unless they name another folder.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

pub(crate) fn manifest(name: &str, version: &str, more: &str) -> String {
    format!("[package]\nname = {name:?}\nversion = {version:?}\nedition = \"2021\"\n{more}")
}

/// A sound package of this manifest.
pub(crate) fn package(name: &str, version: &str, more: &str) -> Vec<u8> {
    let folder = format!("{name}-{version}");
    let manifest = manifest(name, version, more);
    archive(&[
        (&format!("{folder}/Cargo.toml"), &manifest),
        (&format!("{folder}/src/lib.rs"), ""),
    ])
}

#[test]
fn an_upload_is_taken_once_and_told_apart_from_another() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let bytes = package("acme", "1.0.0", "");
    let first = world
        .upload(&token, &metadata("acme", "1.0.0"), &bytes)
        .is(200);
    let first: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(
        first["warnings"],
        json!({"invalid_categories": [], "invalid_badges": [], "other": []})
    );
    let answer = world
        .server
        .get("/registries/corp/index/ac/me/acme")
        .is(200);
    assert_eq!(answer.header("cache-control"), "no-cache");
    let tag = answer.header("etag").to_owned();
    let path = "/registries/corp/index/ac/me/acme";
    world
        .server
        .ask("GET", path, &[("If-None-Match", &tag)])
        .is(304);
    let crate_ = world
        .server
        .get("/registries/corp/dl/acme/1.0.0/download")
        .is(200);
    assert_eq!(crate_.body, bytes);
    let again = world
        .upload(&token, &metadata("acme", "1.0.0"), &bytes)
        .is(200);
    assert!(
        again
            .text()
            .contains("was already here, with the same bytes")
    );
    let other = package("acme", "1.0.0", "description = \"other\"\n");
    let conflict = world
        .upload(&token, &metadata("acme", "1.0.0"), &other)
        .is(409);
    let said = detail(&conflict.body);
    let checksums = said.split(|character: char| !character.is_ascii_hexdigit());
    let checksums = checksums.filter(|word| word.len() == 64).count();
    assert_eq!(checksums, 2, "{said}");
    assert!(said.contains("published by alice at "), "{said}");
    let (before, log) = (
        world.lines("ac/me/acme"),
        world.sandbox.mirror().join("access/log"),
    );
    assert_eq!(before.lines().count(), 1);
    assert_eq!(tree(&log).len(), 1);
}

/// What is wrong with an upload, how it is answered, and words of the answer.
pub(crate) type Case = (
    &'static str,
    fn(&World) -> (String, Vec<u8>),
    u16,
    &'static str,
);

fn sound(name: &str, version: &str, more: &str) -> (String, Vec<u8>) {
    (metadata(name, version), package(name, version, more))
}

/// The cases of crates.io's own tests of publishing, as far as they can be met here, with our answers.
pub(crate) const CASES: &[Case] = &[
    (
        "empty name",
        |_| (metadata("", "1.0.0"), Vec::new()),
        400,
        "it is empty",
    ),
    (
        "name with a blank",
        |_| sound("foo bar", "1.0.0", ""),
        400,
        "is not a crate name",
    ),
    (
        "name that is no ASCII",
        |_| (metadata("áccênts", "1.0.0"), Vec::new()),
        400,
        "is not a crate name",
    ),
    (
        "name that starts with a digit",
        |_| sound("1foo", "1.0.0", ""),
        400,
        "does not start with a letter",
    ),
    (
        "name that starts with an underscore",
        |_| sound("_foo", "1.0.0", ""),
        400,
        "does not start with a letter",
    ),
    (
        "name that is too long",
        |_| (metadata(&"f".repeat(65), "1.0.0"), Vec::new()),
        400,
        "more than 64 characters",
    ),
    (
        "name of the standard library",
        |_| sound("core", "1.0.0", ""),
        400,
        "standard library",
    ),
    (
        "name of a device",
        |_| (metadata("nul", "1.0.0"), Vec::new()),
        400,
        "Windows reserves it",
    ),
    (
        "version that is none",
        |_| (metadata("foo", "one"), Vec::new()),
        400,
        "is not a version of `foo`",
    ),
    (
        "version of two parts",
        |_| (metadata("foo", "1.0"), Vec::new()),
        400,
        "is not a version of `foo`",
    ),
    (
        "other name inside",
        |_| {
            (metadata("foo", "1.0.0"), {
                let manifest = manifest("bar", "1.0.0", "");
                archive(&[("foo-1.0.0/Cargo.toml", &manifest)])
            })
        },
        400,
        "the name sent with the upload",
    ),
    (
        "other version inside",
        |_| {
            (metadata("foo", "1.0.0"), {
                let manifest = manifest("foo", "1.0.1", "");
                archive(&[("foo-1.0.0/Cargo.toml", &manifest)])
            })
        },
        400,
        "the version sent with the upload",
    ),
    (
        "no manifest",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/README.md", "")]),
            )
        },
        400,
        "its archive has no `foo-1.0.0/Cargo.toml`",
    ),
    (
        "manifest in lower case",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/cargo.toml", "[package]")]),
            )
        },
        400,
        "its archive has no `foo-1.0.0/Cargo.toml`",
    ),
    (
        "two manifests that differ in case",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[
                    ("foo-1.0.0/Cargo.toml", "[package]"),
                    ("foo-1.0.0/CARGO.toml", ""),
                ]),
            )
        },
        400,
        "in upper and lower case",
    ),
    (
        "manifest that is no TOML",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/Cargo.toml", "[package")]),
            )
        },
        400,
        "its Cargo.toml cannot be read",
    ),
    (
        "manifest without a package",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/Cargo.toml", "")]),
            )
        },
        400,
        "has no `[package]`",
    ),
    (
        "manifest without a name",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/Cargo.toml", "[package]\nversion = \"1.0.0\"")]),
            )
        },
        400,
        "`package.name` is missing",
    ),
    (
        "manifest without a version",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/Cargo.toml", "[package]\nname = \"foo\"")]),
            )
        },
        400,
        "`package.version` is missing",
    ),
    (
        "version from a workspace",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[(
                    "foo-1.0.0/Cargo.toml",
                    "[package]\nname = \"foo\"\nversion.workspace = true",
                )]),
            )
        },
        400,
        "still to come from a workspace",
    ),
    (
        "dependency from a workspace",
        |_| sound("foo", "1.0.0", "[dependencies]\nx.workspace = true"),
        400,
        "still to come from a workspace",
    ),
    (
        "patched",
        |_| sound("foo", "1.0.0", "[patch.crates-io]\nx = { path = \"x\" }"),
        400,
        "which only a workspace may have",
    ),
    (
        "rust-version with an operator",
        |_| sound("foo", "1.0.0", "rust-version = \">=1.0\""),
        400,
        "it is digits and dots",
    ),
    (
        "rust-version that is empty",
        |_| sound("foo", "1.0.0", "rust-version = \"\""),
        400,
        "it is digits and dots",
    ),
    (
        "dependency that is not sent",
        |_| sound("foo", "1.0.0", "[dependencies]\nx = \"1\""),
        400,
        "the list of dependencies sent with the upload",
    ),
    (
        "dependency on no version",
        |_| sound("foo", "1.0.0", "[dependencies]\nx = { path = \"../x\" }"),
        400,
        "has no version",
    ),
    (
        "dependency on an invalid version",
        |_| sound("foo", "1.0.0", "[dependencies]\nx = \"one\""),
        400,
        "asks for the version `one`",
    ),
    (
        "dependency with an invalid name",
        |_| sound("foo", "1.0.0", "[dependencies]\n\"a b\" = \"1\""),
        400,
        "is not a crate name",
    ),
    (
        "dependency on an invalid platform",
        |_| {
            sound(
                "foo",
                "1.0.0",
                "[target.'cfg(unix'.dependencies]\nx = \"1\"",
            )
        },
        400,
        "is not a platform",
    ),
    (
        "dependency of a registry by name",
        |_| {
            sound(
                "foo",
                "1.0.0",
                "[dependencies]\nx = { version = \"1\", registry = \"corp\" }",
            )
        },
        400,
        "names a registry and not its index",
    ),
    (
        "dependency of no address",
        |_| {
            sound(
                "foo",
                "1.0.0",
                "[dependencies]\nx = { version = \"1\", registry-index = \"\" }",
            )
        },
        400,
        "which is no address",
    ),
    (
        "features that are not sent",
        |_| sound("foo", "1.0.0", "[features]\nx = []"),
        400,
        "the feature table sent with the upload",
    ),
    (
        "feature with an invalid name",
        |_| {
            (
                metadata("foo", "1.0.0").replace("\"features\":{}", "\"features\":{\"a/b\":[]}"),
                package("foo", "1.0.0", "[features]\n\"a/b\" = []"),
            )
        },
        400,
        "has a name that means something else",
    ),
    (
        "feature of nothing",
        |_| {
            (
                metadata("foo", "1.0.0")
                    .replace("\"features\":{}", "\"features\":{\"a\":[\"dep:b\"]}"),
                package("foo", "1.0.0", "[features]\na = [\"dep:b\"]"),
            )
        },
        400,
        "which is no dependency",
    ),
    (
        "links that is not sent",
        |_| sound("foo", "1.0.0", "links = \"z\"\nbuild = \"build.rs\""),
        400,
        "the `links` key sent with the upload",
    ),
    (
        "not an archive",
        |_| (metadata("foo", "1.0.0"), b"bar".to_vec()),
        400,
        "its archive is not one that cargo unpacks",
    ),
    (
        "empty archive",
        |_| (metadata("foo", "1.0.0"), Vec::new()),
        400,
        "its archive",
    ),
    (
        "file outside",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[
                    ("foo-1.0.0/Cargo.toml", &manifest("foo", "1.0.0", "")),
                    ("bar-1.0.0/Cargo.toml", ""),
                ]),
            )
        },
        400,
        "which lies outside `foo-1.0.0/`",
    ),
    (
        "file above",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/../bar-1.0.0/Cargo.toml", "")]),
            )
        },
        400,
        "which lies outside `foo-1.0.0/`",
    ),
    (
        "file named twice",
        |_| {
            (
                metadata("foo", "1.0.0"),
                archive(&[("foo-1.0.0/a", ""), ("foo-1.0.0/a", "")]),
            )
        },
        400,
        "holds `foo-1.0.0/a` twice",
    ),
    (
        "symbolic link",
        |_| {
            (metadata("foo", "1.0.0"), {
                let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(tar::EntryType::Symlink);
                header.set_size(0);
                tar.append_link(&mut header, "foo-1.0.0/bar", "foo-1.0.0/Cargo.toml")
                    .unwrap();
                tar.into_inner().unwrap().finish().unwrap()
            })
        },
        400,
        "which is a symbolic link",
    ),
    (
        "two gzip members",
        |_| {
            (
                metadata("foo", "1.0.0"),
                [
                    package("foo", "1.0.0", ""),
                    package("foo", "1.0.0", "links = \"x\""),
                ]
                .concat(),
            )
        },
        400,
        "a second gzip member follows",
    ),
    (
        "more than the crate",
        |_| {
            (
                metadata("foo", "1.0.0"),
                [package("foo", "1.0.0", ""), b"x".to_vec()].concat(),
            )
        },
        400,
        "other data follows",
    ),
    (
        "bomb",
        |_| {
            (metadata("foo", "1.0.0"), {
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                let zeros = vec![0; 1 << 20];
                for _ in 0..700 {
                    gzip.write_all(&zeros).unwrap();
                }
                gzip.finish().unwrap()
            })
        },
        400,
        "its archive is not one that cargo unpacks",
    ),
    (
        "metadata that is no JSON",
        |_| ("{".to_owned(), Vec::new()),
        400,
        "is not what cargo sends",
    ),
    (
        "metadata that is empty",
        |_| (String::new(), Vec::new()),
        400,
        "is not what cargo sends",
    ),
    (
        "metadata that is too large",
        |_| (metadata("foo", "1.0.0") + &" ".repeat(2 << 20), Vec::new()),
        413,
        "max-metadata-size",
    ),
    (
        "crate that is too large",
        |_| (metadata("foo", "1.0.0"), vec![0; 2_000_001]),
        413,
        "max-crate-size",
    ),
    (
        "description that is wanted",
        |_| sound("foo", "1.0.0", "license = \"MIT\""),
        400,
        "this registry wants `package.description`",
    ),
];

#[test]
fn what_is_wrong_with_an_upload_is_told_and_leaves_nothing() {
    let world = World::new(
        &[],
        &[
            "--set",
            "max-crate-size=2000000",
            "--set",
            "required=description",
        ],
    );
    let token = world.publisher("alice");
    let before = tree(&world.sandbox.mirror().join("registries"));
    let mut wrong = Vec::new();
    for (what, upload, status, said) in CASES {
        let (metadata, bytes) = upload(&world);
        let answer = world.upload(&token, &metadata, &bytes);
        if answer.status != *status || !detail(&answer.body).contains(said) {
            wrong.push(format!("{what}: {}", answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tree(&world.sandbox.mirror().join("registries")), before);
    let crates = world.sandbox.mirror().join("access/crates");
    assert!(!crates.exists(), "{:?}", tree(&crates));
    // All that is wrong comes in one answer.
    let bad = package(
        "foo",
        "1.0.0",
        "rust-version = \"x\"\n[dependencies]\na = \"one\"\nb = { path = \"b\" }",
    );
    let all = detail(
        &world
            .upload(&token, &metadata("foo", "1.0.0"), &bad)
            .is(400)
            .body,
    );
    assert_eq!(all.matches("\n  - ").count(), 3, "{all}");
}

#[test]
fn bodies_that_lie_are_refused() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let whole = body(&metadata("foo", "1.0.0"), &package("foo", "1.0.0", ""));
    for end in [0, 3, 4, 40, whole.len() - 1] {
        let answer = world.put_upload(&token, &whole[..end]).is(400);
        assert!(
            detail(&answer.body).contains("the body ends in the middle"),
            "{end}"
        );
    }
    let longer = [whole.as_slice(), b"x"].concat();
    assert!(
        detail(&world.put_upload(&token, &longer).is(400).body).contains("more follows the crate")
    );
    // Two gigabytes are announced, and nobody waits for them.
    let path = "/registries/corp/api/v1/crates/new";
    let huge = [("Content-Length", "2147483648"), ("Authorization", &*token)];
    world.server.ask("PUT", path, &huge).is(413);
    // Two lengths for one body.
    let two = [
        ("Content-Length", "4"),
        ("Transfer-Encoding", "chunked"),
        ("Authorization", &*token),
    ];
    assert!(world.server.ask("PUT", path, &two).status >= 400);
    world.put_upload(&token, &whole).is(200);
}

#[test]
fn who_may_not_is_told_before_the_crate_is_read() {
    let world = World::new(&[], &[]);
    let reader = world.token("rita", "read");
    let (said, bytes) = sound("foo", "1.0.0", "");
    let nobody = world.upload("", &said, &bytes).is(401);
    assert!(detail(&nobody.body).contains("this takes a token"));
    assert!(detail(&world.upload("cmr_x", &said, &bytes).is(401).body).contains("token"));
    assert!(
        detail(&world.upload(&reader, &said, &bytes).is(403).body)
            .contains("lacks the scope `publish-new`")
    );
    // The rest of the body never comes.
    let head = [
        &u32::try_from(said.len()).unwrap().to_le_bytes(),
        said.as_bytes(),
        &[0xff; 4],
    ]
    .concat();
    assert_eq!(world.put_upload(&reader, &head).status, 403);
    let update = world.token("bob", "publish-update");
    assert_eq!(world.upload(&update, &said, &bytes).status, 403);
    let admins = World::new(&[], &["--set", "new-crates=admins"]);
    let alice = admins.publisher("alice");
    assert!(
        detail(&admins.upload(&alice, &said, &bytes).is(403).body)
            .contains("may not create the crate `foo`")
    );
}

#[test]
fn a_registry_that_trusts_everybody_takes_no_token() {
    let world = World::new(&[], &["--auth", "none"]);
    let (said, bytes) = sound("foo", "1.0.0", "");
    world.upload("", &said, &bytes).is(200);
    world
        .server
        .ask(
            "DELETE",
            "/registries/corp/api/v1/crates/foo/1.0.0/yank",
            &[],
        )
        .is(200);
    assert!(world.lines("3/f/foo").contains("\"yanked\":true"));
}

#[test]
fn paths_that_are_none_have_errors_that_cargo_prints() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let key = [("Authorization", &*token)];
    for (method, path) in [
        ("GET", "crates/foo"),
        ("PUT", "crates/foo/1.0.0/yank"),
        ("POST", "crates/new"),
        ("DELETE", "crates/foo"),
    ] {
        let answer = world
            .server
            .ask(method, &format!("/registries/corp/api/v1/{path}"), &key)
            .is(404);
        detail(&answer.body);
    }
    let answer = world
        .server
        .ask("GET", "/registries/corp/api/v1/crates/foo/owners", &key)
        .is(404);
    assert!(detail(&answer.body).contains("there is no crate `foo`"));
    // A registry that is mirrored takes nothing.
    let mirrored = world.server.ask("PUT", "/api/v1/crates/new", &key).is(405);
    assert!(detail(&mirrored.body).contains("this is a mirror"));
    world
        .server
        .get("/registries/none/index/config.json")
        .is(404);
}

#[test]
fn a_dependency_that_would_come_from_a_stranger_is_refused_where_it_is_made() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let core = package("acme-core", "1.0.0", "");
    world
        .upload(&token, &metadata("acme-core", "1.0.0"), &core)
        .is(200);
    let crates_io = "https://github.com/rust-lang/crates.io-index";
    let dep = |name: &str, registry: &str| {
        let deps = json!([{
            "name": name, "version_req": "^1", "features": [], "optional": false,
            "default_features": true, "target": null, "kind": "normal", "registry": registry,
        }]);
        metadata("acme-app", "1.0.0").replace("\"deps\":[]", &format!("\"deps\":{deps}"))
    };
    // In whatever spelling.
    for name in ["acme-core", "Acme_Core"] {
        let bytes = package(
            "acme-app",
            "1.0.0",
            &format!("[dependencies]\n{name} = \"1\"\n"),
        );
        let refused = world.upload(&token, &dep(name, crates_io), &bytes).is(400);
        let said = detail(&refused.body);
        assert!(
            said.contains("did you mean `registry = \"corp\"`?"),
            "{said}"
        );
    }
    let own = world.index("corp");
    let manifest =
        format!("[dependencies]\nacme-core = {{ version = \"1\", registry-index = {own:?} }}\n");
    let bytes = package("acme-app", "1.0.0", &manifest);
    world
        .upload(&token, &dep("acme-core", &own), &bytes)
        .is(200);
    assert!(!world.lines("ac/me/acme-app").contains("\"registry\""));
    // A registry that takes dependencies from certain places only.
    let closed = World::new(
        &[],
        &["--set", "dep-registries=sparse+https://good.example/"],
    );
    let token = closed.publisher("alice");
    for (address, status) in [
        ("sparse+https://bad.example/", 400),
        ("sparse+https://good.example", 200),
    ] {
        let manifest =
            format!("[dependencies]\nx = {{ version = \"1\", registry-index = {address:?} }}\n");
        let answer = closed.upload(
            &token,
            &dep("x", address),
            &package("acme-app", "1.0.0", &manifest),
        );
        answer.is(status);
    }
}

#[test]
fn warnings_are_told_and_the_crate_is_taken() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let manifest = manifest("foo", "1.0.0", "homepage = \"ftp://x\"\n");
    let bytes = archive(&[
        ("foo-1.0.0/Cargo.toml", &manifest),
        ("foo-1.0.0/.env", "SECRET=1"),
    ]);
    let answer = world
        .upload(&token, &metadata("foo", "1.0.0"), &bytes)
        .is(200);
    let said: Value = serde_json::from_slice(&answer.body).unwrap();
    let said = said["warnings"]["other"].to_string();
    assert!(
        said.contains("it holds `foo-1.0.0/.env`") && said.contains("homepage"),
        "{said}"
    );
}

#[test]
fn searches_page_and_count() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    for number in 0..12 {
        let name = format!("acme-{number}");
        world
            .upload(
                &token,
                &metadata(&name, "1.0.0"),
                &package(&name, "1.0.0", ""),
            )
            .is(200);
    }
    let search = |query: &str| -> Value {
        let answer = world
            .server
            .get(&format!("/registries/corp/api/v1/crates?{query}"))
            .is(200);
        serde_json::from_slice(&answer.body).unwrap()
    };
    let found = search("q=acme&per_page=10");
    assert_eq!(
        (
            found["crates"].as_array().unwrap().len(),
            &found["meta"]["total"]
        ),
        (10, &json!(12))
    );
    assert_eq!(
        search("q=acme&per_page=1000")["crates"]
            .as_array()
            .unwrap()
            .len(),
        12
    );
    assert_eq!(search("q=acme%2B11")["meta"]["total"], 1);
    assert_eq!(search("q=")["meta"]["total"], 12);
}
