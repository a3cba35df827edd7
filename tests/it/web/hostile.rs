//! What strangers write into packages, as far as pages show it: harmless, whatever it is.

use std::fmt::Write as _;

use std::collections::BTreeSet;

use cargo_mirror::model::about::readme::{ATTRIBUTES, TAGS, markdown};
use proptest::prelude::*;
use scraper::Html;

use crate::fixture::package::{Archive, Crate};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::web::checker::{browse, check, until, words};

#[path = "../../fuzz/targets/readme_law.rs"]
mod readme_law;

/// Readmes that want to do something, or to take long.
fn readmes() -> Vec<(&'static str, Vec<u8>)> {
    let lines = |line: &str, times: usize| line.repeat(times).into_bytes();
    let mut definitions = String::new();
    for n in 0..12_000 {
        let _ = write!(definitions, "[a{n}]: https://r.example/{n}\n[a{n}] ");
    }
    vec![
        ("schemes", b"[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java&#x0A;script:alert(1)) \
            [d](javascript&colon;alert(1)) <javascript:alert(1)> [e](data:text/html,<script>x</script>) [f](vbscript:x) \
            [g]( \x01javascript:alert(1)) [h](//r.example) [i](file:///etc/passwd)\n\n[j]: javascript:alert(1)\n[j]".to_vec()),
        ("handlers", b"<img src=x onerror=alert(1)><svg/onload=alert(1)> <a href=\"javascript:alert(1)\" onclick='x'>a</a>\n\n\
            <script>alert(1)</script>\n<style>* { background: url(https://r.example) }</style>\n<iframe src=//r.example></iframe>\n\
            <form action=https://r.example><input name=q></form><meta http-equiv=refresh content=\"0;url=//r.example\">\n\
            <base href=//r.example>".to_vec()),
        ("titles", b"[a](https://r.example \"x\\\" onclick=alert(1) y=\\\"\") ![x\" onerror=\"alert(1)](https://r.example/a.png)\n\n\
            ```x\" onclick=\"alert(1)\ncode\n```\n\n# a\" onclick=\"x\n".to_vec()),
        ("quotes", lines(">", 20_000)),
        ("elements", lines("<div>", 20_000)),
        ("definitions", definitions.into_bytes()),
        ("brackets", lines("[", 50_000)),
        ("images", [lines("![", 20_000), lines("](x)", 20_000)].concat()),
        ("emphasis", lines("*a_ **b ", 30_000)),
        ("table", [lines("|", 4000), lines("\n", 1), lines("|-", 4000), lines("\n|a", 20_000)].concat()),
        ("lists", (0..400).flat_map(|depth| format!("{}- a\n", "  ".repeat(depth)).into_bytes()).collect()),
        ("bytes", b"\xff\xfe\x00 \x1b[31m \xe2\x80\xae reversed \xe2\x81\xa6 <\x00script>alert(1)</script> \r\n\x0b".to_vec()),
        ("ids", lines("# main\n# q\n# sources\n", 200)),
        ("huge", lines("a b c [d](https://r.example/) `e` <f> & \"g\"\n\n", 40_000)),
    ]
}

/// Checks that HTML has nothing but what the filter writes.
#[track_caller]
fn is_harmless(name: &str, html: &str) {
    let page = Html::parse_fragment(html);
    let tags: BTreeSet<&str> = TAGS.into_iter().chain(["html", "body", "head"]).collect();
    for node in page.tree.values() {
        let other = node.is_comment() || node.is_doctype();
        assert!(
            !other && node.as_processing_instruction().is_none(),
            "{name}: {node:?}"
        );
        let Some(element) = node.as_element() else {
            continue;
        };
        assert!(
            tags.contains(element.name()),
            "{name}: <{}>",
            element.name()
        );
        for (attribute, value) in element.attrs() {
            assert!(ATTRIBUTES.contains(&attribute), "{name}: {attribute}");
            if attribute == "href" {
                let sound = ["https://", "http://", "mailto:", "#readme-"];
                assert!(
                    sound.iter().any(|start| value.starts_with(start)),
                    "{name}: {value}"
                );
            }
            if attribute == "id" {
                assert!(value.starts_with("readme-"), "{name}: {value}");
            }
        }
    }
    // The parser makes these for any fragment.
    for made in ["<html", "<body", "<head"] {
        assert!(!html.contains(made), "{name}: {made}");
    }
    let strange = |c: char| {
        c.is_control() && c != '\n' && c != '\t' || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    assert!(!html.contains(strange), "{name}");
}

#[test]
fn hostile_readmes_are_harmless() {
    for (name, readme) in readmes() {
        let html = markdown(&readme);
        is_harmless(name, &html);
        readme_law::holds(&readme);
        assert!(html.len() < 5 << 20, "{name}: {}", html.len());
        let page = Html::parse_document(&format!(
            "<!DOCTYPE html><title>a</title><main>{html}</main>"
        ));
        assert!(page.errors.is_empty(), "{name}: {:?}", page.errors.first());
    }
}

proptest! {
    #[test]
    fn whatever_a_readme_says_is_harmless(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<", ">", "&", "\"", "'", "[a](", "javascript:", "https://r.example/", ")", "![", "]", "`", "```\n", "\n", "\n\n",
            "# ", "- ", "1. ", "> ", "|", "|-|-|\n", "*", "**", "~~", "<!--", "-->", "<script>", "</p>", "<p ", "onclick=",
            "\\", "\u{202e}", "\u{0}", "\t", "    ", "[^1]", "[x] ", "a", "ü", "<![CDATA[", "<?", "&#x6a;", "<a href=", "mailto:",
        ]), 0..60),
    ) {
        let html = markdown(pieces.concat().as_bytes());
        is_harmless("random", &html);
        readme_law::holds(pieces.concat().as_bytes());
        let page = Html::parse_document(&format!("<!DOCTYPE html><title>a</title><main>{html}</main>"));
        prop_assert!(page.errors.is_empty(), "{:?}: {:?}: {}", pieces, page.errors, html);
    }

    #[test]
    fn whatever_bytes_a_readme_has_is_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        is_harmless("bytes", &markdown(&bytes));
        readme_law::holds(&bytes);
    }
}

#[test]
fn hostile_packages_have_pages_like_others() {
    let mut crates = Vec::new();
    for (name, readme) in readmes() {
        crates.push(
            Crate::new(name, "1.0.0")
                .says("readme = \"README.md\"")
                .file("README.md", readme),
        );
    }
    crates.push(
        Crate::new("shouts", "1.0.0")
            .says("description = \"<script>alert(1)</script> \\u001b[31m \\u202e evil\"")
            .says("license = \"<b>MIT</b>\"")
            .says("homepage = \"javascript:alert(1)\"")
            .says("documentation = \"https://crates.io@r.example/\"")
            .says("repository = \"data:text/html,x\"")
            .says("keywords = [\"<i>\", \"\\\" onclick=\\\"x\", \"../..\"]")
            .says("readme = \"../../README.md\"")
            .file("README.md", "outside\n"),
    );
    let registry = Registry::new(crates);
    let sandbox = Sandbox::new(&registry);
    let mut specs: Vec<&str> = readmes().into_iter().map(|(name, _)| name).collect();
    specs.push("shouts");
    sandbox
        .program(["prefetch"].iter().chain(&specs))
        .outcome()
        .exits(0);
    let server = Served::start(&sandbox, &["--offline"]);
    for name in specs {
        for path in [
            format!("/crates/{name}"),
            format!("/crates/{name}/1.0.0/code"),
            format!("/crates/{name}/1.0.0/features"),
        ] {
            check(&path, &browse(&server, &path).is(200));
        }
    }
    for query in [
        "%3Cscript%3E",
        "%22%20onclick%3Dx",
        "%E2%80%AE",
        "%00",
        "%ff",
        "a&q=b",
        &"a".repeat(900),
    ] {
        let path = format!("/search?q={query}");
        check(&path, &browse(&server, &path).is(200));
    }
    let shouts = words(&browse(&server, "/crates/shouts").is(200));
    assert!(
        shouts.contains("<script>alert(1)</script> [31m evil"),
        "{shouts}"
    );
    assert!(
        shouts.contains("outside") && !shouts.contains("javascript:"),
        "{shouts}"
    );
}

#[test]
fn code_is_what_is_in_the_package_and_nothing_else() {
    let outside = Archive::new()
        .file(
            "evil-1.0.0/Cargo.toml",
            b"[package]\nname = \"evil\"\nversion = \"1.0.0\"\n",
        )
        .file("evil-1.0.0/../../out", b"out")
        .finish();
    let registry = Registry::new([
        Crate::new("sound", "1.0.0")
            .file("src/lib.rs", "fn a() {}\n// \u{202e} turned\n")
            .file("data.bin", vec![0, 1, 2])
            .file("large.txt", "a".repeat((1 << 20) + 1))
            .file("page.html", "<script>alert(1)</script>")
            .file("empty", ""),
        Crate::new("evil", "1.0.0").archive(outside),
    ]);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    for name in ["sound", "evil"] {
        server
            .get(&format!("/crates-io/dl/{name}/1.0.0/download"))
            .is(200);
    }
    until(&server, "/crates/sound/1.0.0/code", 200);
    until(&server, "/crates/evil", 200);
    let code = |path: &str| browse(&server, &format!("/crates/sound/1.0.0/code/{path}"));
    let lib = words(&code("src/lib.rs").is(200));
    assert!(
        lib.contains("fn a() {}") && lib.contains("U+202E turned"),
        "{lib}"
    );
    let page = code("page.html").is(200);
    assert!(page.header("content-type").starts_with("text/html"));
    check("page.html", &page);
    for (path, said) in [
        ("data.bin", "no text"),
        ("large.txt", "no more than 1.0 MB"),
        ("empty", "empty"),
    ] {
        assert!(words(&code(path).is(200)).contains(said), "{path}");
    }
    for path in [
        "nothing",
        "src",
        "src/",
        "../sound-1.0.0/src/lib.rs",
        "..%2f..%2f..%2fetc%2fpasswd",
        "src/../src/lib.rs",
        "%2e%2e/%2e%2e/mirror.toml",
        "/etc/passwd",
        "src%00/lib.rs",
        "%ff",
        "%",
    ] {
        code(path).is(404);
    }
    browse(&server, "/crates/evil/1.0.0/code").is(404);
    browse(&server, "/crates/evil/1.0.0/code/Cargo.toml").is(404);
    let evil = words(&browse(&server, "/crates/evil").is(200));
    assert!(evil.contains("cannot be read"), "{evil}");
}

#[test]
fn hostile_lines_of_an_index_have_pages_like_others() {
    let registry = Registry::new([Crate::new("odd", "1.0.0")]);
    let line = registry.line("odd", "1.0.0");
    let hostile = line
        .replace(r#""features":{}"#, r#""features":{"a\" onclick=\"x":["<b>","dep:\u202e","\u001b"],"default":["default","a\" onclick=\"x"]}"#)
        .replace(
            r#""deps":[]"#,
            r#""deps":[{"name":"<script>","req":"\u001b[31m","features":["<i>"],"optional":true,"default_features":false,"target":"cfg(\"</code>\")","kind":"dev"},
               {"name":"../../x","req":"*","features":[],"optional":false,"default_features":true,"target":null,"kind":null,"registry":"javascript:alert(1)"}]"#,
        )
        .replace('\n', "")
        .replace(r#""pubtime":"2024-05-06T07:08:09Z""#, r#""pubtime":"<b>","links":"<i>","rust_version":"\" x=\"""#);
    assert_ne!(line, hostile);
    registry.put_line("odd", "1.0.0", &hostile);
    let sandbox = Sandbox::new(&registry);
    let server = Served::start(&sandbox, &[]);
    server.get("/crates-io/index/3/o/odd").is(200);
    for path in [
        "/crates/odd",
        "/crates/odd/1.0.0/features",
        "/crates/odd/1.0.0/dependencies",
        "/crates/odd/versions",
    ] {
        check(path, &browse(&server, path).is(200));
    }
    let features = words(&browse(&server, "/crates/odd/1.0.0/features"));
    assert!(features.contains("a\" onclick=\"x yes <b>"), "{features}");
    let needs = words(&browse(&server, "/crates/odd/1.0.0/dependencies"));
    assert!(
        needs.contains("<script> [31m") && needs.contains("of javascript:alert(1)"),
        "{needs}"
    );
}
