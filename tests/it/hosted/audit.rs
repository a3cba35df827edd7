//! `audit-log`: who changed what, and who was refused.

use crate::hosted::api::package;
use crate::hosted::world::{World, metadata};

#[test]
fn the_audit_log_is_listed_by_time_registry_and_crate() {
    let world = World::new(&[], &[]);
    let token = world.publisher("alice");
    let folder = world.package("acme-log", "1.0.0", "");
    let publish = world.cargo(&world.home(), &token, "publish --registry corp --no-verify");
    publish.within(&folder).outcome().exits(0);
    world.run("registry new other --url sparse+https://r.example/registries/other/index/");
    let bytes = package("acme-tool", "1.0.0", "");
    let said = metadata("acme-tool", "1.0.0");
    world.upload("cmr_nobody", &said, &bytes).is(401);
    let listed = world.report("audit-log");
    let entries = listed["entries"].as_array().unwrap();
    let times: Vec<&str> = entries
        .iter()
        .map(|it| it["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{listed}");
    let published = entries.iter().find(|it| it["action"] == "publish").unwrap();
    assert_eq!(published["crate"], "acme-log");
    assert_eq!(published["by"], "alice");
    assert!(entries.iter().any(|it| it["action"] == "user-new"));
    let words = world
        .run("audit-log --registry corp --crate Acme_Log --since 1h")
        .exits(0);
    assert_eq!(words.stdout.lines().count(), 1, "{words}");
    assert!(
        words
            .stdout
            .contains(" publish acme-log@1.0.0 in corp by alice, token "),
        "{words}"
    );
    assert!(!words.stdout.contains(&token));
    let other = world.report("audit-log --registry other");
    assert_eq!(other["entries"].as_array().unwrap().len(), 0);
    let later = world.report("audit-log --since 2100-01-01");
    assert_eq!(later["entries"].as_array().unwrap().len(), 0);
    world.run("audit-log --since soon").exits(101).says("soon");
}
