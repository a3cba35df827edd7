//! A page held against the rules that all pages go by, as a browser's parser reads it.

use std::collections::{BTreeSet, VecDeque};

use scraper::{ElementRef, Html, Selector};

use crate::fixture::served::{Answer, Served};
use crate::fixture::wait;

/// Schemes of addresses elsewhere.
const OUTWARD: [&str; 3] = ["http://", "https://", "mailto:"];

/// Elements that no page has.
const FORBIDDEN: &str =
    "script, style, iframe, object, embed, base, img, video, audio, link[rel~=import], [style]";

/// Asks for a page as a browser does.
pub(crate) fn browse(server: &Served, path: &str) -> Answer {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    server.ask("GET", path, &[("Accept", accept)])
}

/// Waits until a page answers so: a crate is on its way into the mirror.
#[track_caller]
pub(crate) fn until(server: &Served, path: &str, status: u16) {
    wait::until(&format!("{path} is {status}"), || {
        browse(server, path).status == status
    });
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("the selector is one");
    page.select(&selector).collect()
}

/// Checks a page. Returns the paths that it links to on the same server, fragments left out.
#[track_caller]
pub(crate) fn check(path: &str, answer: &Answer) -> Vec<String> {
    let html = std::str::from_utf8(&answer.body).expect("a page is UTF-8");
    let page = Html::parse_document(html);
    assert!(page.errors.is_empty(), "{path}: {:?}", page.errors);
    assert_eq!(
        all(&page, "h1").len(),
        1,
        "{path}: one heading of the first level"
    );
    assert_eq!(all(&page, "main").len(), 1, "{path}");
    assert_eq!(all(&page, "title").len(), 1, "{path}");
    assert!(all(&page, FORBIDDEN).is_empty(), "{path}");
    let mut ids = BTreeSet::new();
    for element in all(&page, "*") {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on"), "{path}: {name}");
            match name {
                "id" => assert!(ids.insert(value.to_owned()), "{path}: the id {value} twice"),
                "src" | "srcset" | "formaction" | "data" | "poster" => {
                    panic!("{path}: {name}={value}")
                }
                _ => {}
            }
        }
    }
    let mut links = Vec::new();
    for element in all(&page, "[href], [action]") {
        let link = element.value();
        let link = link
            .attr("href")
            .or_else(|| link.attr("action"))
            .unwrap_or_default();
        if let Some(fragment) = link.strip_prefix('#') {
            assert!(ids.contains(fragment), "{path}: {link} leads nowhere");
        } else if link.starts_with('/') && !link.starts_with("//") {
            links.push(link.split('#').next().unwrap_or_default().to_owned());
        } else {
            assert!(
                OUTWARD.iter().any(|scheme| link.starts_with(scheme)),
                "{path}: {link}"
            );
            let rel = element.value().attr("rel").unwrap_or_default();
            assert_eq!(rel, "nofollow noopener noreferrer", "{path}: {link}");
        }
    }
    for references in ["aria-labelledby", "for"] {
        for element in all(&page, &format!("[{references}]")) {
            let id = element.value().attr(references).unwrap_or_default();
            assert!(ids.contains(id), "{path}: nothing has the id {id}");
        }
    }
    for field in all(&page, "input") {
        let id = field.value().attr("id").unwrap_or_default();
        assert_eq!(
            all(&page, &format!("label[for={id}]")).len(),
            1,
            "{path}: a field has its label"
        );
    }
    for head in all(&page, "th") {
        assert!(
            head.value().attr("scope").is_some(),
            "{path}: a head of a table says of what"
        );
    }
    let skip = all(&page, "body a")
        .first()
        .and_then(|link| link.value().attr("href"));
    assert_eq!(
        skip,
        Some("#main"),
        "{path}: the first link skips to the content"
    );
    links
}

/// Follows every link from these pages on, and checks every page. Returns the paths of all that were seen.
#[track_caller]
pub(crate) fn crawl(server: &Served, starts: &[&str]) -> BTreeSet<String> {
    let mut seen: BTreeSet<String> = starts.iter().map(|&start| start.to_owned()).collect();
    let mut next: VecDeque<String> = seen.iter().cloned().collect();
    while let Some(path) = next.pop_front() {
        let answer = browse(server, &path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let kind = answer.header("content-type").to_owned();
        if !kind.starts_with("text/html") {
            continue;
        }
        for link in check(&path, &answer) {
            if !link.contains("/-/")
                && !link.contains("/dl/")
                && link != "/metrics"
                && seen.insert(link.clone())
            {
                next.push_back(link);
            }
        }
        assert!(seen.len() < 3000, "the pages have no end");
    }
    seen
}

/// The words of a page, without its marks.
pub(crate) fn words(answer: &Answer) -> String {
    let html = String::from_utf8_lossy(&answer.body);
    let page = Html::parse_document(&html);
    let main = all(&page, "main");
    let text: Vec<&str> = main.iter().flat_map(ElementRef::text).collect();
    text.join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
