//! Pages in a real browser: narrow and wide, light and dark, enlarged, and without a mouse.

use std::collections::BTreeSet;

use serde_json::json;

use crate::fixture::package::{Crate, Dep};
use crate::fixture::registry::Registry;
use crate::fixture::sandbox::Sandbox;
use crate::fixture::served::Served;
use crate::fixture::webdriver::Browser;

/// Nothing here may make a page wider than the screen.
fn wide_crates() -> Registry {
    let word = "x".repeat(200);
    let readme = format!(
        "# {word}\n\n{word}\n\n`{word}`\n\n| {word} | b |\n|---|---|\n| {word} | {word} |\n\n```\n{word} {word}\n```\n\n\
         [![{word}](https://r.example/a.png)](https://r.example/{word})\n\n- > - > - > {word}\n"
    );
    let name = format!("a{}", "b".repeat(60));
    Registry::new([
        Crate::new("leaf", "1.0.0-alpha.beta.gamma.delta.epsilon.zeta.eta.theta+iota.kappa.lambda")
            .says(&format!("description = \"{word}\""))
            .says(&format!("license = \"{word}\""))
            .says(&format!("repository = \"https://r.example/{word}\""))
            .says("keywords = [\"one\", \"two\", \"three\", \"four\", \"five\"]")
            .feature(&"f".repeat(60), &[])
            .feature("default", &["f"])
            .feature("f", &[])
            .file("README.md", readme)
            .file("src/lib.rs", format!("// {word}{word}\n")),
        Crate::new(&name, "1.0.0").dep(
            Dep::new("leaf", "=1.0.0-alpha.beta.gamma.delta.epsilon.zeta.eta.theta")
                .target("cfg(all(target_os = \"linux\", target_arch = \"x86_64\", not(target_env = \"musl\")))")
                .features(&["default", "f"]),
        ),
    ])
}

#[test]
fn pages_fit_every_screen_in_both_schemes_and_say_nothing_on_the_console() {
    requires!(chromedriver);
    let registry = wide_crates();
    let sandbox = Sandbox::new(&registry);
    let name = format!("a{}", "b".repeat(60));
    sandbox.program(["prefetch", &name]).outcome().exits(0);
    let server = Served::start(&sandbox, &["--offline"]);
    let version = "1.0.0-alpha.beta.gamma.delta.epsilon.zeta.eta.theta+iota.kappa.lambda";
    let browser = Browser::start().expect("it was tried");
    let paths = [
        "/".to_owned(),
        "/search?q=a".to_owned(),
        format!("/search?q={}", "y".repeat(99)),
        "/status".to_owned(),
        format!("/crates/leaf/{version}"),
        "/crates/leaf/versions".to_owned(),
        "/crates/leaf/dependants".to_owned(),
        format!("/crates/leaf/{version}/features"),
        format!("/crates/leaf/{version}/code"),
        format!("/crates/leaf/{version}/code/src/lib.rs"),
        format!("/crates/{name}/1.0.0/dependencies"),
        "/crates/nothing".to_owned(),
    ];
    for path in &paths {
        let mut grounds = BTreeSet::new();
        for scheme in ["light", "dark"] {
            // 320 pixels are also what is left of 1280 at 400 %.
            for width in [320, 800, 1400] {
                browser.screen(width, scheme);
                browser.open(&format!("{}{path}", server.base));
                let screen = browser.value("[innerWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth]");
                assert_eq!(
                    screen,
                    json!([width, 0]),
                    "{path}: nothing stands out to the right"
                );
                grounds.insert(
                    browser
                        .value("getComputedStyle(document.documentElement).backgroundColor")
                        .to_string(),
                );
            }
        }
        assert_eq!(grounds.len(), 2, "{path}: {grounds:?}");
        let said = browser.console();
        // That a page is not there is what its status says.
        let said: Vec<&String> = said
            .iter()
            .filter(|line| !(path.ends_with("nothing") && line.contains("404")))
            .collect();
        assert!(said.is_empty(), "{path}: {said:?}");
    }
}

#[test]
fn who_has_no_mouse_reaches_the_content_and_the_search() {
    requires!(chromedriver);
    let registry = wide_crates();
    let sandbox = Sandbox::new(&registry);
    let name = format!("a{}", "b".repeat(60));
    sandbox.program(["prefetch", &name]).outcome().exits(0);
    let server = Served::start(&sandbox, &["--offline"]);
    let browser = Browser::start().expect("it was tried");
    browser.screen(800, "light");
    browser.open(&format!("{}/crates/{name}", server.base));
    let focus =
        || browser.value("document.activeElement.textContent || document.activeElement.name");
    let outlined = || browser.value("getComputedStyle(document.activeElement).outlineStyle");
    browser.press_tab();
    assert_eq!(focus(), json!("Skip to the content"));
    assert!(
        browser
            .value("document.activeElement.getBoundingClientRect().top")
            .as_f64()
            >= Some(0.0),
        "it is seen"
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        browser.press_tab();
        assert_ne!(outlined(), json!("none"), "where one is can be seen");
        seen.push(focus());
    }
    assert_eq!(
        seen,
        [
            json!("cargo mirror"),
            json!("q"),
            json!("Search"),
            json!("Status")
        ]
    );
    // The colours of text, as the browser has them, are those that the style sheet's test computes with.
    let ink = browser.value("getComputedStyle(document.body).color");
    assert_eq!(ink, json!("rgb(33, 29, 23)"));
}
