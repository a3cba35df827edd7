//! A crate list: what can be read prints in a form that reads back to the same.

#![no_main]

use cargo_mirror::model::input::spec;
use cargo_mirror::model::input::spec::Requirement;
use cargo_mirror::model::input::spec::Spec;
use libfuzzer_sys::fuzz_target;

#[path = "inside.rs"]
mod inside;

fuzz_target!(|text: &str| {
    if let Ok(spec) = spec::parse_spec(text) {
        check(&spec);
    }
    if let Ok(specs) = spec::parse(text) {
        specs.iter().for_each(check);
        let printed: String = specs.iter().map(|spec| format!("{spec}\n")).collect();
        assert_eq!(spec::parse(&printed).unwrap(), specs, "{printed}");
    }
});

fn check(spec: &Spec) {
    let printed = spec.to_string();
    assert!(!printed.contains(char::is_control), "{printed:?}");
    assert_eq!(&spec::parse_spec(&printed).unwrap(), spec, "{printed}");

    inside::stays_by_name(&spec.name);
    if let Requirement::Exactly(version) = &spec.wanted {
        inside::stays(&cargo_mirror::model::package::id::CrateId {
            name: spec.name.clone(),
            version: version.clone(),
        });
    }

    // Both end up between quotes in the manifest of a scratch package.
    let quoted = |text: &str| format!("a = \"{text}\"").parse::<toml::Table>();
    let requirement = spec.wanted.to_manifest();
    assert_eq!(
        quoted(&requirement).unwrap()["a"].as_str(),
        Some(requirement.as_str())
    );
    for feature in &spec.features {
        assert_eq!(
            quoted(feature).unwrap()["a"].as_str(),
            Some(feature.as_str())
        );
    }
}
