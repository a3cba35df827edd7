//! What must hold of every request, whatever a stranger has put into it. Each line is taken for a path and for each header that
//! we read ourselves.

use std::path::{Component, Path};

use cargo_mirror::model::package::id::CrateId;
use cargo_mirror::model::package::id::CrateName;
use cargo_mirror::serve::answer::negotiate::Coding;
use cargo_mirror::serve::answer::negotiate::Part;
use cargo_mirror::serve::answer::negotiate::matching_tag;
use cargo_mirror::serve::answer::negotiate::part;
use cargo_mirror::serve::registry::place::Place;
use cargo_mirror::serve::route::router::LONGEST;
use cargo_mirror::serve::route::router::Route;
use cargo_mirror::serve::route::router::route;

pub(super) fn holds(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        // The HTTP library lets nothing through that is not text.
        let path = String::from_utf8_lossy(line);
        routes(&path);
        let length = line.iter().fold(1_u64, |length, byte| {
            length.wrapping_mul(u64::from(*byte) + 1)
        });
        parts(line, length);
        parts(line, line.len() as u64);
        encodings(line);
        tags(line);
    }
}

fn routes(path: &str) {
    let found = route(path);
    assert_eq!(found == Route::TooLong, path.len() > LONGEST, "{path:?}");
    match &found {
        Route::Config(place) => source(*place),
        Route::Index(place, name) => {
            source(*place);
            assert_eq!(CrateName::parse(name.as_str()).as_ref(), Ok(name));
            inside(&name.index_path());
        }
        Route::Crate(place, id) => {
            source(*place);
            let again = CrateId::parse(id.name.as_str(), &id.version.to_string());
            assert_eq!(again.as_ref(), Ok(id));
            inside(&id.file_name());
            assert_eq!(Path::new(&id.file_name()).components().count(), 1);
        }
        Route::Page(place, page) => {
            source(*place);
            if let Some(name) = page.name() {
                assert_eq!(CrateName::parse(name.as_str()).as_ref(), Ok(name));
                inside(&name.index_path());
            }
        }
        _ => {}
    }
    let Some(plain) = canonical(&found) else {
        return;
    };
    // Printed and read again it is the same; and printed again, too.
    assert_eq!(route(&plain), found, "{path:?}");
    if matches!(found, Route::Crate(..)) {
        // Escapes are undone once: what is left has none, and what was meant is what one pass over the path says.
        assert!(!plain.contains('%'), "{path:?}");
        // A blank in a version is the plus that somebody on the way has taken for one.
        let meant = unescaped_once(path).map(|path| path.replace(' ', "+"));
        assert_eq!(meant.as_deref(), Some(plain.as_str()), "{path:?}");
    } else {
        // Nothing else has two ways to be written.
        assert_eq!(plain, path);
    }
}

fn source(place: Place<'_>) {
    let folder = place.folder();
    inside(&folder);
    let depth = Path::new(&*folder).components().count();
    assert_eq!(
        depth,
        if place == Place::CratesIo { 1 } else { 2 },
        "{folder:?}"
    );
}

/// A path that, joined to a folder, cannot leave it, on any system.
fn inside(path: &str) {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    assert!(Path::new(path).components().all(plain), "{path:?}");
    assert!(
        path.split('/').all(|part| !["", ".", ".."].contains(&part)),
        "{path:?}"
    );
    assert!(
        path.is_ascii() && !path.contains(['\\', '\0', ':', '%']),
        "{path:?}"
    );
}

/// The one way to write what is asked for.
fn canonical(route: &Route<'_>) -> Option<String> {
    Some(match route {
        Route::Home => "/".to_owned(),
        Route::Health => "/healthz".to_owned(),
        Route::Ready => "/readyz".to_owned(),
        Route::Metrics => "/metrics".to_owned(),
        Route::Stats => "/-/stats".to_owned(),
        Route::History => "/-/history".to_owned(),
        Route::Prefetch => "/-/prefetch".to_owned(),
        Route::Config(place) => format!("/{}/index/config.json", place.folder()),
        Route::Index(place, name) => format!("/{}/index/{}", place.folder(), name.index_path()),
        Route::Crate(place, id) => {
            format!("/{}/dl/{}/{}/download", place.folder(), id.name, id.version)
        }
        Route::Registries => "/-/registries".to_owned(),
        Route::Refresh => "/-/refresh".to_owned(),
        Route::Me(place) => format!("{}/me", at(*place)),
        Route::Search(place) => format!("{}/api/v1/crates", at(*place)),
        // What is behind it `serve::api::hosted` reads, and takes checked names only.
        // Pages have laws of their own, in `serve::web::address`.
        Route::Page(..) | Route::Api(_) | Route::Nothing | Route::TooLong => return None,
    })
}

/// Where a registry's API is: that of crates.io is at the root.
fn at(place: Place<'_>) -> String {
    match place {
        Place::CratesIo => String::new(),
        Place::Registry(_) => format!("/{}", place.folder()),
    }
}

/// One pass from left to right.
fn unescaped_once(path: &str) -> Option<String> {
    let mut plain = Vec::new();
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(plain).ok()
}

fn parts(range: &[u8], length: u64) {
    match part(range, length) {
        Part::Range(from, to) => {
            assert!(from < to && to <= length);
            let plain = format!("bytes={from}-{}", to - 1);
            assert_eq!(part(plain.as_bytes(), length), Part::Range(from, to));
        }
        // Only who has named a unit and a number can be told that there is no such part.
        Part::Unsatisfiable => {
            let text = String::from_utf8_lossy(range);
            assert!(text.trim_start_matches([' ', '\t']).starts_with("bytes="));
            assert!(range.iter().any(u8::is_ascii_digit));
        }
        Part::Whole => {}
    }
}

/// Nobody gets an encoding that was not named.
fn encodings(asked: &[u8]) {
    let text = String::from_utf8_lossy(asked).to_ascii_lowercase();
    match Coding::accepted(asked) {
        Coding::Zstd => assert!(text.contains("zstd")),
        Coding::Gzip => assert!(text.contains("gzip") || text.contains('*')),
        Coding::Identity => {}
    }
}

/// "Not modified" is said only to who has named the tag, or any.
fn tags(asked: &[u8]) {
    let text = String::from_utf8_lossy(asked);
    if matching_tag(asked, "abc").is_some() {
        assert!(text.contains("\"abc") || text.contains('*'));
    }
    if !text.contains(['"', ',', '*']) && !text.contains('-') {
        assert!(matching_tag(format!("\"{text}\"").as_bytes(), &text).is_some());
    }
}
