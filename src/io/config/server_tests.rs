//! The other registries of a server, which come and go with it.

use crate::io::config::block::BEGIN;
use crate::io::config::edit::{
    ConfigPatch, HostedIndex, PulledIndex, ReplacementTarget, current_patch, off, on,
};
use crate::io::config::sources_tests::{many, pointed, refused, registry};

#[test]
fn the_registries_of_a_server_come_and_go_with_it() {
    let hosted = |name: &str| HostedIndex {
        name: name.to_owned(),
        index: format!("sparse+https://r.example/registries/{name}/index/"),
    };
    let server = ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(
            "sparse+http://10.0.0.1/crates-io/index/".to_owned(),
        )),
        hosted: vec![hosted("corp"), hosted("own")],
        ..ConfigPatch::default()
    };
    let table = |name: &str| {
        let index = hosted(name).index;
        format!("[registries.{name}]\nindex = {index:?}\n")
    };
    let once = pointed("", &server);
    assert!(
        once.contains(&table("corp")) && once.contains(&table("own")),
        "{once}"
    );
    assert_eq!(current_patch(&once).unwrap(), server);
    // What the user calls so stays the user's, before and after.
    for text in [
        "[registries.own]\nindex = 'x'\n",
        "registries.own.index = 'x'\n",
        "[registries.own]\ntoken = 'x'\n",
    ] {
        let once = pointed(text, &server);
        assert!(
            once.starts_with(text) && once.contains(&table("corp")),
            "{once}"
        );
        assert_eq!(once.matches("own").count(), 1, "{once}");
    }
    // One that the user has put between our comments does not go.
    let theirs = "[registries.theirs]\nindex = \"sparse+https://r.example/elsewhere/\"\n";
    let added = once.replace(
        "# cargo mirror: end",
        &format!("{theirs}# cargo mirror: end"),
    );
    assert!(off(&added).unwrap().unwrap().contains(theirs));
}

#[test]
fn registries_that_a_server_pulls_through_come_and_go_with_it() {
    let pulled = |original: &str, name: &str| PulledIndex {
        original: registry(original),
        called: None,
        name: name.to_owned(),
        index: format!("sparse+https://h.example/registries/{name}/index/"),
    };
    let mut server = ConfigPatch {
        crates_io: Some(ReplacementTarget::Server(
            "sparse+https://h.example/crates-io/index/".to_owned(),
        )),
        pulled: vec![
            pulled("registry+https://r.example/git-index", "old"),
            pulled("sparse+https://r.example/index/", "partner"),
        ],
        ..ConfigPatch::default()
    };
    let tables = "
[source.\"registry+https://r.example/git-index\"]
registry = \"https://r.example/git-index\"
replace-with = \"cargo-mirror-server-old\"

[source.cargo-mirror-server-old]
registry = \"sparse+https://h.example/registries/old/index/\"

[registries.cargo-mirror-server-old]
index = \"sparse+https://h.example/registries/old/index/\"

[source.\"sparse+https://r.example/index/\"]
registry = \"sparse+https://r.example/index/\"
replace-with = \"cargo-mirror-server-partner\"

[source.cargo-mirror-server-partner]
registry = \"sparse+https://h.example/registries/partner/index/\"

[registries.cargo-mirror-server-partner]
index = \"sparse+https://h.example/registries/partner/index/\"
# cargo mirror: end
";
    let once = pointed("", &server);
    assert!(once.ends_with(tables), "{once}");
    assert_eq!(current_patch(&once).unwrap(), server);
    // A formatter has been there.
    let bare = once.replace("# cargo mirror: end\n", "").replace(BEGIN, "");
    assert_eq!(off(&bare).unwrap().unwrap().trim(), "");
    // What the user calls the registry it goes on to be called.
    let own = "[source.partner] # theirs\nregistry = 'sparse+https://r.example/index/'\n\n\
               [registries.partner]\nindex = 'sparse+https://r.example/index/'\ntoken = 'x'\n";
    let once = pointed(own, &server);
    assert_eq!(once.matches("r.example/index/").count(), 2, "{once}");
    server.pulled[1].called = Some("partner".to_owned());
    assert_eq!(current_patch(&once).unwrap(), server);
    let replaced = own.replace("replace-with", "").replace(
        "index/'\n\n",
        "index/'\nreplace-with = 'company' # before\n\n",
    );
    assert_eq!(current_patch(&pointed(&replaced, &server)).unwrap(), server);
    // From the server to a folder, and to a server that has less.
    assert_eq!(on(Some(&once), &many()).unwrap(), pointed(own, &many()));
    server.pulled.pop();
    assert_eq!(on(Some(&once), &server).unwrap(), pointed(own, &server));
    refused(
        "[registries.cargo-mirror-server-mine]\nindex = 'x'\n",
        &server,
        "it has a `[registries.cargo-mirror-server-mine]`",
    );
}
