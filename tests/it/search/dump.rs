//! A database dump of crates.io taken in, and what can be found then.

use std::fs;
use std::path::PathBuf;

use crate::fixture::package::{Archive, Crate};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;

/// A dump in the order in which crates.io writes its tables: versions before the list of default ones.
pub(crate) fn dump(sandbox: &Sandbox) -> PathBuf {
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}evil\\n\"\" ";
    let blanks = " ".repeat(10_000);
    let crates = format!(
        "created_at,description,documentation,homepage,id,name,readme,repository,updated_at\n\
         2015-01-01 00:00:00.5,\"HTTP client, \"\"higher\"\" level\",,https://reqwest.example/,1,reqwest,\"long\nreadme\",,2026-01-01 00:00:00\n\
         2015-01-01 00:00:00,A leaf of the dump,,,2,leaf,,,2026-02-01 00:00:00\n\
         2015-01-01 00:00:00,{hostile}{blanks}end,,javascript:alert(1),3,hostile,,data:x,2026-02-01 00:00:00\n\
         2015-01-01 00:00:00,,,,4,../../evil,,,2026-02-01 00:00:00\n\
         2015-01-01 00:00:00,Tiny HTTP client,,,5,http-client,,,2026-02-02 00:00:00\n"
    );
    let files: [(&str, &str); 12] = [
        (
            "metadata.json",
            r#"{"timestamp":"2026-11-25T02:00:13.123Z","crates_io_commit":"x"}"#,
        ),
        (
            "data/categories.csv",
            "category,crates_cnt,id,slug\nWeb,1,9,web-programming::http-client\n",
        ),
        ("data/keywords.csv", "id,keyword\n4,http\n5,client\n"),
        (
            "data/users.csv",
            "gh_id,id,login,name\n1,70,seanm,\"Sean, M\"\n",
        ),
        ("data/teams.csv", "id,login\n70,github:rust:libs\n"),
        ("data/crates.csv", &crates),
        (
            "data/crate_downloads.csv",
            "crate_id,downloads\n1,300000000\n2,7\n5,20000\n",
        ),
        (
            "data/crate_owners.csv",
            "crate_id,owner_id,owner_kind\n1,70,0\n1,70,1\n",
        ),
        (
            "data/crates_keywords.csv",
            "crate_id,keyword_id\n1,4\n1,5\n",
        ),
        (
            "data/versions.csv",
            "checksum,crate_id,crate_size,created_at,id,license,num,yanked\n\
             aa,1,1000,2026-01-01 00:00:00,11,MIT,0.12.0,f\n\
             bb,1,1000,2025-01-01 00:00:00,10,MIT,0.11.0,f\n\
             cc,2,10,2025-01-01 00:00:00,20,MIT,9.9.9,f\n\
             dd,5,10,2025-01-01 00:00:00,50,MIT,0.1.0,f\n",
        ),
        (
            "data/dependencies.csv",
            "crate_id,default_features,explicit_name,features,id,kind,optional,req,target,version_id\n\
             2,t,,{},1,0,f,^9,,11\n2,t,,{},2,0,f,^8,,10\n2,t,,{},3,2,f,^9,,50\n",
        ),
        (
            "data/default_versions.csv",
            "crate_id,version_id\n1,11\n2,20\n5,50\n",
        ),
    ];
    let mut archive = Archive::new();
    for (name, text) in files {
        archive = archive.file(&format!("2026-11-25-020013/{name}"), text.as_bytes());
    }
    archive = archive.file(
        "2026-11-25-020013/data/deleted_crates.csv",
        b"deleted_at,message,name\n2026-03-01 00:00:00,it was malware,gone-crate\n",
    );
    let path = sandbox.path("db-dump.tar.gz");
    fs::write(&path, archive.finish()).unwrap();
    path
}

fn mirrored() -> (Registry, Sandbox) {
    let registry = Registry::new([
        Crate::new("leaf", "1.0.0").says("description = \"what the mirror says\""),
        Crate::new("private-one", "1.0.0"),
    ]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    (registry, sandbox)
}

#[test]
fn a_dump_makes_all_of_the_registry_known() {
    let (_registry, sandbox) = mirrored();
    sandbox
        .program(["search", "http", "client"])
        .outcome()
        .exits(1);
    let path = dump(&sandbox);
    let path = path.to_str().unwrap();
    let imported = sandbox
        .program(["catalog", "import", path])
        .outcome()
        .exits(0)
        .no_panic();
    imported
        .says("1 row of the dump left out")
        .says("1 name deleted")
        .answers("dump of 2026-11-25T02:00:13Z");
    let found = sandbox
        .program(["search", "http", "client"])
        .outcome()
        .exits(0);
    let names: Vec<&str> = found
        .stdout
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    // The name itself, then the one that everybody uses.
    assert_eq!(names, ["http-client", "reqwest"]);
    found.answers("[not mirrored] HTTP client, \"higher\" level");
    let shown = sandbox
        .program(["show", "reqwest", "--dependants", "--deps"])
        .outcome()
        .exits(0);
    shown
        .answers("reqwest 0.12.0, not in the mirror")
        .answers("owners         seanm, github:rust:libs (dump)")
        .answers("downloads      300000000 (dump)")
        .answers("homepage       https://reqwest.example/ (dump)")
        .answers("dependencies: not known");
    // What is here is known from here, and of the dump what only it knows.
    let shown = sandbox
        .program(["show", "leaf", "--dependants"])
        .outcome()
        .exits(0);
    shown
        .answers("leaf 1.0.0\nwhat the mirror says\n")
        .answers("downloads      7 (dump)")
        .answers("dependants     2 known")
        .answers("reqwest 0.12.0  ^9 (normal)\n  http-client 0.1.0  ^9 (dev)\n");
    // It stays through a rebuild, and what was mirrored since is found beside it.
    sandbox
        .program(["prefetch", "private-one"])
        .outcome()
        .exits(0);
    sandbox
        .program(["search", "private"])
        .outcome()
        .exits(0)
        .answers("private-one = \"1.0.0\"");
    sandbox
        .program(["catalog", "rebuild"])
        .outcome()
        .exits(0)
        .answers("5 crates can be searched for");
    sandbox
        .program(["search", "reqwest"])
        .outcome()
        .exits(0)
        .answers("reqwest = \"0.12.0\"");
    let report = sandbox
        .program(["search", "leaf", "--message-format", "json"])
        .outcome()
        .exits(0)
        .report();
    assert_eq!(report["known"]["dump"]["crates"], 4);
    assert_eq!(report["crates"][0]["mirrored"], true);
}

#[test]
fn what_strangers_write_harms_no_terminal() {
    let (_registry, sandbox) = mirrored();
    let path = dump(&sandbox);
    sandbox
        .program(["catalog", "import", path.to_str().unwrap()])
        .outcome()
        .exits(0);
    for command in [&["search", "hostile"][..], &["show", "hostile", "--readme"]] {
        let said = sandbox.program(command).outcome().exits(0).no_panic();
        assert!(said.stdout.len() < 1000, "{}", said.stdout.len());
        let harmful = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!said.stdout.contains(harmful), "{:?}", said.stdout);
        assert!(!said.stdout.contains("javascript:") && !said.stdout.contains("data:x"));
    }
}

#[test]
fn what_is_no_dump_is_refused_and_changes_nothing() {
    let (_registry, sandbox) = mirrored();
    let whole = fs::read(dump(&sandbox)).unwrap();
    let before = sandbox
        .program(["search", "leaf"])
        .outcome()
        .exits(0)
        .stdout;
    for (bytes, said) in [
        (b"<html>".to_vec(), "it is no tar archive"),
        (whole[..whole.len() / 2].to_vec(), "ends in the middle"),
        (
            Archive::new()
                .file("x/data/users.csv", b"id,login\n")
                .finish(),
            "it has no crates.csv",
        ),
        (
            Archive::new()
                .file("x/data/crates.csv", b"id,name\nx,a\n")
                .finish(),
            "has `x` as id in line 2",
        ),
    ] {
        let path = sandbox.path("bad.tar.gz");
        fs::write(&path, bytes).unwrap();
        let run = sandbox.program(["catalog", "import", path.to_str().unwrap()]);
        run.outcome().exits(101).says(said).says("help:").no_panic();
        let after = sandbox
            .program(["search", "leaf"])
            .outcome()
            .exits(0)
            .stdout;
        assert_eq!(before, after);
    }
    let none = sandbox.program(["catalog", "import"]).outcome().exits(101);
    none.says("no database dump is named");
}

#[test]
fn the_dump_that_the_settings_name_is_taken_by_a_server_too() {
    let (_registry, sandbox) = mirrored();
    let path = dump(&sandbox);
    let named = format!("[catalog]\ndump = {:?}\n", path.to_str().unwrap());
    fs::write(sandbox.mirror().join("mirror.toml"), named).unwrap();
    let server = Served::start(&sandbox, &[]);
    let since = std::time::Instant::now();
    loop {
        let found = server.get("/api/v1/crates?q=reqwest").is(200).text();
        if found.contains("\"name\":\"reqwest\"") {
            assert!(
                found.contains("\"downloads\":300000000") && found.contains("2026-11-25"),
                "{found}"
            );
            break;
        }
        assert!(since.elapsed().as_secs() < 60, "{found}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let one = server.get("/api/v1/crates/reqwest").is(200).text();
    assert!(
        one.contains("\"num\":\"0.12.0\"") && one.contains("\"mirrored\":false"),
        "{one}"
    );
    let leaf = server
        .get("/api/v1/crates/leaf/reverse_dependencies")
        .is(200)
        .text();
    assert!(
        leaf.contains("\"total\":2") && leaf.contains("reqwest"),
        "{leaf}"
    );
    server.stop().exits(0).no_panic();
    // It is not taken twice.
    let again = sandbox.program(["catalog", "import"]).outcome().exits(0);
    again.says("taken already");
}
