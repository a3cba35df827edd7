//! Whatever path is asked for: a page's address reads the same again, and no path of a file leaves its package.

#![no_main]

use cargo_mirror::serve::web::address::{Links, Page, common_page, unescaped};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|path: &str| {
    let Some(page) = common_page(path) else {
        return;
    };
    let links = Links::new("http://r.example", None);
    let address = match &page {
        Page::Newest(name) => links.newest(name),
        Page::Versions(name) => links.versions(name),
        Page::Dependants(name) => links.dependants(name),
        Page::Version(id) => links.version(id),
        Page::Dependencies(id) => links.dependencies(id),
        Page::Features(id) => links.features(id),
        Page::Files(id) => links.files(id),
        Page::File(id, path) => {
            let Some(path) = unescaped(path) else { return };
            let address = links.file(id, &path);
            let again = common_page(&address[1..]);
            let Some(Page::File(_, escaped)) = again else {
                panic!("{address}")
            };
            assert_eq!(unescaped(&escaped), Some(path));
            return;
        }
        _ => return,
    };
    assert_eq!(common_page(&address[1..]), Some(page));
});
