//! What every name and version that gets through the door must keep.

use std::path::{Component, Path};

use cargo_mirror::model::package::id::CrateId;
use cargo_mirror::model::package::id::CrateName;
use cargo_mirror::model::package::id::Version;

/// Neither the file nor the index path of a crate can leave the folder they are joined to.
pub fn stays(id: &CrateId) {
    let file = id.file_name();
    assert!(!file.contains(['/', '\\', ':', '\0']), "{file:?}");
    assert!(file.len() <= 255 && file.is_ascii(), "{file:?}");
    assert_eq!(
        CrateId::parse(id.name.as_str(), &id.version.to_string()).as_ref(),
        Ok(id)
    );
    assert!(Version::parse("any", &id.version.to_string()).is_ok());
    stays_by_name(&id.name);

    let root = Path::new("/mirror/crates-io");
    let path = root.join(&file);
    assert_eq!(path.parent(), Some(root));
}

/// The same of an index path.
pub fn stays_by_name(name: &CrateName) {
    let index = name.index_path();
    assert!(!index.contains(['\\', ':', '\0']), "{index:?}");
    assert!(
        Path::new(&index)
            .components()
            .all(|component| matches!(component, Component::Normal(_))),
        "{index:?}"
    );
}
