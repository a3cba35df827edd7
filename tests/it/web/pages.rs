//! Pages for browsers: every link answers, every page keeps the rules, and none of them asks upstream for anything.

use std::fs;
use std::io::Read;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::search::dump::dump;
use crate::web::checker::{browse, check, crawl, until, words};

const README: &str = "# Leaf\n\n[![build](https://r.example/b.svg)](https://r.example/)\n\n\
    <p align=\"center\">In <b>short</b></p>\n\n## Use\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```\n\n\
    See [Use](#use), [the licence](LICENSE) or [elsewhere](https://r.example/?a=1&b=\"2\").\n";

pub(crate) fn registry() -> Registry {
    Registry::new([
        Crate::new("leaf", "1.0.0"),
        Crate::new("leaf", "1.0.5"),
        Crate::new("leaf", "1.1.0").yanked(),
        Crate::new("leaf", "1.2.0")
            .says("description = \"A leaf, <b>small</b> & \\\"quoted\\\"\"")
            .says("license = \"MIT OR Apache-2.0\"")
            .says("homepage = \"https://r.example/leaf\"")
            .says("repository = \"javascript:alert(1)\"")
            .says("keywords = [\"green\", \"c++\"]")
            .says("categories = [\"no-std\"]")
            .says("readme = \"README.md\"")
            .feature("default", &["std"])
            .feature("std", &[])
            .file("README.md", README)
            .file("src/lib.rs", "//! Leaf\n\npub fn a() -> bool { 1 < 2 }\n")
            .file("src/ü ?#%.rs", "// odd\n"),
        Crate::new("Tree_Top", "0.1.0-alpha.1+b7")
            .dep(
                Dep::new("leaf", "1")
                    .features(&["std"])
                    .without_default_features(),
            )
            .dep(
                Dep::new("twig", "0.3")
                    .package("leaf")
                    .optional()
                    .target("cfg(windows)"),
            )
            .dep(Dep::new("absent", "1").dev())
            .proc_macro()
            .file("README", "plain *words*\n"),
        Crate::new("tool", "2.0.0")
            .says("license-file = \"LICENCE\"")
            .needs("leaf")
            .links("z")
            .file("LICENCE", "Do as you like.\n")
            .binary(),
    ])
}

/// A mirror that holds all of it, served without asking upstream.
pub(crate) fn filled(registry: &Registry) -> Sandbox {
    let sandbox = Sandbox::new(registry);
    let specs = [
        "leaf=1.0.0",
        "leaf=1.2.0",
        "Tree_Top=0.1.0-alpha.1+b7",
        "tool",
    ];
    sandbox
        .program(["prefetch"].iter().chain(&specs))
        .outcome()
        .exits(0);
    sandbox
}

#[test]
fn every_link_answers_and_every_page_keeps_the_rules() {
    let registry = registry();
    let sandbox = filled(&registry);
    let server = Served::start(&sandbox, &["--offline"]);
    let seen = crawl(&server, &["/", "/search?q=", "/search?q=leaf", "/status"]);
    for page in [
        "/crates/leaf",
        "/crates/leaf/1.2.0",
        "/crates/leaf/1.2.0/features",
        "/crates/leaf/1.2.0/code/src/lib.rs",
        "/crates/leaf/1.2.0/code/src/%C3%BC%20%3F%23%25.rs",
        "/crates/leaf/versions",
        "/crates/leaf/dependants",
        "/crates/Tree_Top/0.1.0-alpha.1+b7",
        "/crates/tool/2.0.0/dependencies",
        "/crates/tool/2.0.0/code/LICENCE",
    ] {
        assert!(seen.contains(page), "nothing leads to {page}: {seen:?}");
    }
    let leaf = words(&browse(&server, "/crates/leaf"));
    for said in [
        "A leaf, <b>small</b> & \"quoted\"",
        "MIT OR Apache-2.0",
        "leaf = \"1.2.0\"",
        "[image: build]",
        "In short",
        "2 of 2 versions",
    ] {
        assert!(leaf.contains(said), "{said}: {leaf}");
    }
    assert!(!leaf.contains("javascript"), "{leaf}");
    // Whoever comes to an older version is told, and whoever is at the newest is not.
    let older = words(&browse(&server, "/crates/leaf/1.0.0/features"));
    assert!(older.contains("Newest release: 1.2.0"), "{older}");
    assert!(!leaf.contains("Newest release"), "{leaf}");
    let top = words(&browse(&server, "/crates/Tree_Top"));
    assert!(
        top.contains("plain words") && top.contains("procedural macro"),
        "{top}"
    );
    let needs = words(&browse(
        &server,
        "/crates/Tree_Top/0.1.0-alpha.1+b7/dependencies",
    ));
    assert!(
        needs.contains("leaf as twig ^0.3 optional, cfg(windows)")
            || needs.contains("leaf as twig 0.3 optional, cfg(windows)"),
        "{needs}"
    );
    let features = words(&browse(&server, "/crates/leaf/1.2.0/features"));
    assert!(features.contains("default yes std"), "{features}");
}

#[test]
fn pages_ask_upstream_for_nothing() {
    let registry = registry();
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    // The index of one crate is known, and its package is not here.
    server.get("/crates-io/index/le/af/leaf").is(200);
    registry.forget();
    crawl(
        &server,
        &[
            "/",
            "/status",
            "/search?q=leaf",
            "/crates/leaf",
            "/crates/leaf/1.1.0",
        ],
    );
    for absent in [
        "/crates/tool",
        "/crates/tool/2.0.0/code",
        "/crates/leaf/1.2.0/code",
        "/crates/leaf/1.2.0/code/src/lib.rs",
        "/crates/leaf/9.9.9",
    ] {
        let answer = browse(&server, absent).is(404);
        check(absent, &answer);
    }
    assert_eq!(registry.paths(), Vec::<String>::new());
    let leaf = words(&browse(&server, "/crates/leaf"));
    assert!(leaf.contains("1.2.0 is not in this mirror"), "{leaf}");
    let versions = words(&browse(&server, "/crates/leaf/versions"));
    assert!(
        versions.contains("4 versions, 0 in this mirror") && versions.contains("yanked"),
        "{versions}"
    );
    // Once a build has asked for an older one, it is what the page shows of the crate.
    server.get("/crates-io/dl/leaf/1.0.0/download").is(200);
    until(&server, "/crates/leaf/1.0.0/code", 200);
    let leaf = words(&browse(&server, "/crates/leaf"));
    assert!(leaf.contains("readme are those of 1.0.0"), "{leaf}");
}

#[test]
fn a_browser_may_show_a_page_and_nothing_else() {
    let registry = registry();
    let sandbox = filled(&registry);
    let server = Served::start(&sandbox, &["--offline"]);
    for path in [
        "/",
        "/crates/leaf",
        "/crates/nothing",
        "/robots.txt",
        "/status",
        "/search?q=x",
    ] {
        let answer = browse(&server, path);
        for (header, said) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(header), said, "{path}: {header}");
        }
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    assert_eq!(
        server.get("/robots.txt").is(200).body,
        b"User-agent: *\nDisallow: /\n"
    );
    // What has not changed is not sent again, and HEAD costs no body.
    let page = browse(&server, "/crates/leaf").is(200);
    let tag = page.header("etag").to_owned();
    let again = server.ask("GET", "/crates/leaf", &[("If-None-Match", &tag)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = server.ask("HEAD", "/crates/leaf", &[]).is(200);
    assert_eq!((head.body.len(), head.length), (0, Some(page.body.len())));
    // It comes packed to those who can unpack it, but where a token was given: lengths tell what is repeated.
    assert!(page.header("vary").contains("accept-encoding"));
    let asks = |headers: &[(&str, &str)]| {
        let accept = [("Accept", "text/html"), ("Accept-Encoding", "gzip")];
        let headers = [&accept, headers].concat();
        server.ask("GET", "/crates/leaf", &headers)
    };
    let packed = asks(&[]).is(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    let mut gzip = flate2::read::GzDecoder::new(packed.body.as_slice());
    gzip.read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == page.body && packed.body.len() < page.body.len() / 2);
    let packed_tag = packed.header("etag").to_owned();
    assert_eq!(packed_tag, format!("{}-gzip\"", tag.trim_end_matches('"')));
    let again = asks(&[("If-None-Match", &packed_tag)]).is(304);
    assert_eq!(again.header("etag"), packed_tag);
    let opened = asks(&[("Authorization", "Basic eDp5")]).is(200);
    assert_eq!(opened.header("content-encoding"), "");
    assert!(opened.body == page.body);
    // The style sheet is kept for ever, by its name.
    let html = String::from_utf8(page.body).unwrap();
    let style = html
        .split("href=\"")
        .find(|rest| rest.contains("/-/web/style-"))
        .unwrap();
    let style = server.get(style.split('"').next().unwrap()).is(200);
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    server.get("/-/web/style-000000000000.css").is(404);
    // Nothing here takes anything.
    for path in ["/crates/leaf", "/search", "/status"] {
        let answer = server.ask("POST", path, &[("Content-Length", "0")]);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, "GET, HEAD"),
            "{path}"
        );
    }
}

#[test]
fn a_page_changes_when_the_mirror_does() {
    let registry = registry();
    let sandbox = filled(&registry);
    let server = Served::start(&sandbox, &["--offline"]);
    let before = words(&browse(&server, "/crates/leaf/versions"));
    assert!(before.contains("2 versions, 2 in this mirror"), "{before}");
    assert_eq!(words(&browse(&server, "/crates/leaf/versions")), before);
    sandbox
        .program(["prefetch", "leaf=1.0.5"])
        .outcome()
        .exits(0);
    let after = words(&browse(&server, "/crates/leaf/versions"));
    assert!(after.contains("3 versions, 3 in this mirror"), "{after}");
    fs::remove_file(sandbox.mirror().join("crates-io/leaf-1.2.0.crate")).unwrap();
    let lost = words(&browse(&server, "/crates/leaf/versions"));
    assert!(lost.contains("3 versions, 2 in this mirror"), "{lost}");
}

#[test]
fn text_clients_keep_their_page_and_settings_turn_pages_off() {
    let registry = registry();
    let sandbox = filled(&registry);
    let settings = sandbox.mirror().join("mirror.toml");
    fs::write(
        &settings,
        "[web]\ntitle = \"Crates at <Acme>\"\ncode = false\n",
    )
    .unwrap();
    let server = Served::start(&sandbox, &["--offline"]);
    let plain = server.get("/").is(200);
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    assert!(plain.text().contains("put this into cargo's config"));
    let html = browse(&server, "/").is(200);
    assert!(
        words(&html).starts_with("Crates at <Acme>"),
        "{}",
        html.text()
    );
    browse(&server, "/crates/leaf/1.2.0/code").is(404);
    let leaf = browse(&server, "/crates/leaf").is(200);
    assert!(!leaf.text().contains("1.2.0/code"), "{}", leaf.text());
    drop(server);

    fs::write(&settings, "[web]\npages = false\n").unwrap();
    let server = Served::start(&sandbox, &["--offline"]);
    let plain = browse(&server, "/").is(200);
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    for path in ["/crates/leaf", "/search?q=leaf", "/status"] {
        browse(&server, path).is(404);
    }
    server.get("/crates-io/index/le/af/leaf").is(200);
    drop(server);

    fs::write(&settings, "[web]\npage = true\n").unwrap();
    let run = sandbox.program(["serve", "--listen", "127.0.0.1:0"]);
    let outcome = run.outcome().exits(101);
    assert!(
        outcome.stderr.contains("line 2") && outcome.stderr.contains("page"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn names_are_found_in_any_spelling_and_long_lists_have_pages() {
    let many = (0..250).map(|patch| Crate::new("many", &format!("1.0.{patch}")));
    let registry = Registry::new(many.chain([Crate::new("Tree_Top", "1.0.0")]));
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    server.get("/crates-io/index/ma/ny/many").is(200);
    server.get("/crates-io/index/tr/ee/tree_top").is(200);
    for (path, place) in [
        ("/crates/tree-top", "/crates/Tree_Top"),
        (
            "/crates/TREE_TOP/1.0.0/features",
            "/crates/Tree_Top/1.0.0/features",
        ),
    ] {
        let answer = browse(&server, path).is(302);
        assert_eq!(answer.header("location"), place);
    }
    let first = browse(&server, "/crates/many/versions").is(200);
    let last = browse(&server, "/crates/many/versions?page=3").is(200);
    assert!(words(&first).contains("1.0.249") && !words(&first).contains("1.0.149 "));
    assert!(words(&last).contains("Page 3 of 3") && words(&last).contains("1.0.49 "));
    for strange in ["0", "-1", "99999999999999999999", "x", "4"] {
        browse(&server, &format!("/crates/many/versions?page={strange}")).is(200);
    }
}

#[test]
fn a_proxys_prefix_is_in_every_link() {
    let registry = registry();
    let sandbox = filled(&registry);
    let server = Served::start(&sandbox, &["--offline", "--trusted-proxy", "127.0.0.1"]);
    let prefixed = [
        ("X-Forwarded-Prefix", "/some/where"),
        ("X-Forwarded-Host", "r.example"),
    ];
    for path in [
        "/crates/leaf",
        "/search?q=leaf",
        "/crates/tool/2.0.0/dependencies",
        "/status",
    ] {
        let page = server.ask("GET", path, &prefixed).is(200);
        for link in check(path, &page) {
            assert!(link.starts_with("/some/where/"), "{path}: {link}");
        }
        let page = browse(&server, path).is(200);
        assert!(!page.text().contains("/some/where"), "{path}");
    }
    let moved = server.ask("GET", "/crates/tree-top", &prefixed).is(302);
    assert_eq!(moved.header("location"), "/some/where/crates/Tree_Top");
}

#[test]
fn a_dump_says_what_the_mirror_does_not_know() {
    let registry =
        Registry::new([Crate::new("leaf", "1.0.0").says("description = \"what the mirror says\"")]);
    let sandbox = Sandbox::new(&registry);
    sandbox.program(["prefetch", "leaf"]).outcome().exits(0);
    let dump = dump(&sandbox);
    sandbox
        .program(["catalog", "import", dump.to_str().unwrap()])
        .outcome()
        .exits(0);
    let server = Served::start(&sandbox, &["--offline"]);
    let seen = crawl(
        &server,
        &["/", "/search?q=http", "/search?q=", "/crates/hostile"],
    );
    assert!(
        seen.contains("/crates/reqwest") && seen.contains("/crates/leaf/dependants"),
        "{seen:?}"
    );
    let whole = |path: &str| {
        let answer = browse(&server, path);
        (
            answer.status,
            String::from_utf8(answer.body.clone()).unwrap(),
            words(&answer),
        )
    };
    let (status, html, reqwest) = whole("/crates/reqwest");
    assert_eq!(status, 200);
    for said in [
        "0.12.0",
        "MIT",
        "seanm, github:rust:libs",
        "Downloads 300 000 000",
        "Nothing of it is in this mirror",
    ] {
        assert!(reqwest.contains(said), "{said}: {reqwest}");
    }
    assert!(
        html.contains("the database dump of crates.io, <time datetime=\"2026-11-25T02:00:13Z\"")
            || html.contains("2026-11-25 02:00 UTC"),
        "{html}"
    );
    // The mirror's own word goes before the dump's.
    let (_, html, leaf) = whole("/crates/leaf");
    assert!(
        leaf.contains("what the mirror says") && !leaf.contains("A leaf of the dump"),
        "{leaf}"
    );
    assert!(
        leaf.contains("Downloads 7") && html.contains("Downloads, owners"),
        "{leaf}"
    );
    let (_, _, dependants) = whole("/crates/leaf/dependants");
    assert!(
        dependants.contains("reqwest 0.12.0 ^9 itself")
            && dependants.contains("http-client 0.1.0 ^9 its tests"),
        "{dependants}"
    );
    let (_, html, hostile) = whole("/crates/hostile");
    assert!(
        !html.contains("javascript:") && !html.contains("data:x") && !html.contains('\u{1b}'),
        "{html}"
    );
    assert!(hostile.contains("evil"), "{hostile}");
    let (status, _, gone) = whole("/crates/gone-crate");
    assert!(
        status == 404
            && gone.contains("deleted from crates.io on 2026-03-01")
            && gone.contains("it was malware"),
        "{gone}"
    );
    // What only the dump knows has no other pages.
    for page in [
        "versions",
        "dependants",
        "0.12.0",
        "0.12.0/code",
        "0.12.0/features",
    ] {
        let path = format!("/crates/reqwest/{page}");
        assert!(
            [200, 404].contains(&browse(&server, &path).status),
            "{path}"
        );
        check(&path, &browse(&server, &path));
    }
}
