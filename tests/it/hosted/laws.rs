//! Laws of what strangers send to a hosted registry: bodies of uploads and manifests.

use cargo_mirror::model::hosting::upload::{BadUpload, Framing, UploadPart};
use cargo_mirror::model::index::file::IndexLine;
use cargo_mirror::model::index::from_manifest::{self, OwnAddresses};
use cargo_mirror::model::index::strict;
use cargo_mirror::model::package::checksum::Hashing;
use cargo_mirror::model::package::manifest::Manifest;
use proptest::prelude::*;

use crate::fixture::settings;

const MOST: u64 = 400;

fn read(body: &[u8], piece: usize) -> Result<(String, Vec<u8>), BadUpload> {
    let mut framing = Framing::new(MOST, MOST);
    let (mut named, mut krate) = (String::new(), Vec::new());
    for mut bytes in body.chunks(piece) {
        while let Some(part) = framing.next(&mut bytes)? {
            match part {
                UploadPart::Metadata(metadata) => named = format!("{metadata:?}"),
                UploadPart::Length(length) => assert!(length <= MOST),
                UploadPart::Bytes(bytes) => krate.extend_from_slice(bytes),
            }
        }
    }
    framing.end().map(|()| (named, krate))
}

/// A body whose lengths may lie.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let json = prop_oneof![
        Just(r#"{"name":"a","vers":"1.0.0"}"#.to_owned()),
        "[ -~]{0,40}",
    ];
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    (json, -2_i64..3, bytes, -2_i64..3, any::<bool>()).prop_map(
        |(json, lie, bytes, other, huge)| {
            let length = |length: usize, lie: i64| {
                let length = i64::try_from(length).unwrap() + if huge { lie } else { lie / 2 };
                u32::try_from(length.max(0)).unwrap().to_le_bytes()
            };
            [
                &length(json.len(), lie),
                json.as_bytes(),
                &length(bytes.len(), other),
                &bytes,
            ]
            .concat()
        },
    )
}

/// Names, versions and requirements, sound and not.
fn manifests() -> impl Strategy<Value = String> {
    let name = prop_oneof!["[a-zA-Z][a-zA-Z0-9_-]{0,8}", "[ -~]{0,6}"];
    let version = prop_oneof!["[0-9]\\.[0-9]\\.[0-9](\\+[a-z]{1,3})?", "[ -~]{0,6}"];
    let requirement = prop_oneof![
        "[\\^~=]?[0-9](\\.[0-9]){0,2}",
        Just("*".to_owned()),
        "[ -~]{0,5}"
    ];
    let target = prop_oneof![
        Just("cfg(unix)".to_owned()),
        Just("cfg(all(unix,target_os=\"x\"))".to_owned()),
        "[ -~]{0,10}",
    ];
    let feature = prop_oneof![
        Just("dep:alias".to_owned()),
        Just("alias?/x".to_owned()),
        Just("plain/x".to_owned()),
        "[a-z]{1,4}",
    ];
    (name, version, requirement, target, feature, any::<bool>()).prop_map(
        |(name, version, requirement, target, feature, optional)| {
            let quoted = |text: &str| serde_json::to_string(text).unwrap();
            format!(
                "[package]\nname = {}\nversion = {}\n[dependencies]\nplain = {}\n[target.{}.dependencies]\n\
                 alias = {{ version = \"1\", package = \"real\", optional = {optional} }}\n[features]\nf = [{}]\n",
                quoted(&name),
                quoted(&version),
                quoted(&requirement),
                quoted(&target),
                quoted(&feature),
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..settings::properties() })]

    #[test]
    fn a_body_is_the_same_in_whatever_pieces_it_comes(body in bodies(), piece in 1_usize..20) {
        let (whole, pieces) = (read(&body, body.len().max(1)), read(&body, piece));
        match (&whole, &pieces) {
            (Ok(whole), Ok(pieces)) => prop_assert_eq!(whole, pieces),
            (Err(_), Err(_)) => {}
            other => prop_assert!(false, "{:?}", other),
        }
        if let Ok((_, krate)) = whole {
            prop_assert!(krate.len() + 8 <= body.len());
        }
    }

    #[test]
    fn a_line_of_a_manifest_is_read_back_and_yanked_and_back(text in manifests()) {
        let manifest = Manifest::parse(&text).unwrap();
        let own = OwnAddresses::new(["sparse+https://r.example/index/"]);
        let checksum = Hashing::default().finish();
        match from_manifest::line(&manifest, &checksum, &own, None) {
            Err(bad) => prop_assert!(!bad.is_empty()),
            Ok(line) => {
                let raw = line.render();
                let read = IndexLine::parse(&raw).unwrap();
                prop_assert_eq!(read.id(), &line.id().unwrap());
                prop_assert_eq!(read.with_yanked(true).with_yanked(false), read.clone());
                let _ = strict::faults(&raw);
                let again = from_manifest::line(&manifest, &checksum, &own, None);
                prop_assert_eq!(again.map(|line| line.render()), Ok(raw));
            }
        }
    }
}
