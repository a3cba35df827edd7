//! What the manifest inside a `.crate` says of the package. All of it is its author's word.

use toml::{Table, Value};

use crate::model::about::link::outward;
use crate::model::about::wording::one_line;
use crate::model::package::manifest::Manifest;
use crate::model::package::tree_path::join;

/// Longer ones are cut, in characters.
const MAX_DESCRIPTION: usize = 300;
const MAX_FIELD: usize = 120;
/// No more words of a list are read.
const MAX_WORDS: usize = 20;

/// What cargo takes for the readme where the manifest names none.
const READMES: [&str; 3] = ["README.md", "README.txt", "README"];

/// A package as it presents itself.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PackageFacts {
    pub description: Option<String>,
    pub license: Option<String>,
    /// Path of a licence text within the package.
    pub license_file: Option<String>,
    /// Links, each of them fit to be followed.
    pub homepage: Option<String>,
    pub documentation: Option<String>,
    pub repository: Option<String>,
    pub keywords: Vec<String>,
    pub categories: Vec<String>,
    pub edition: Option<String>,
    pub rust_version: Option<String>,
    pub is_proc_macro: bool,
    pub has_library: bool,
    /// Programs that it installs, as far as the manifest names them.
    pub programs: Vec<String>,
    pub has_build_script: bool,
    /// Paths within the package, the first that is there.
    pub readmes: Vec<String>,
}

impl PackageFacts {
    /// `None`: the text is no manifest of a package.
    pub fn read(manifest: &str) -> Option<Self> {
        let manifest = Manifest::parse(manifest).ok()?;
        let package = manifest.package()?;
        let text = |key: &str, most: usize| -> Option<String> {
            let text = one_line(package.get(key)?.as_str()?, most);
            (!text.is_empty()).then_some(text)
        };
        let link = |key: &str| outward(package.get(key)?.as_str()?);
        let table = manifest.table();
        let lib = table.get("lib").and_then(Value::as_table);
        let macros = |key: &str| lib.and_then(|lib| lib.get(key)?.as_bool());
        let programs = table.get("bin").and_then(Value::as_array);
        let programs = programs.into_iter().flatten().take(MAX_WORDS);
        let programs: Vec<String> = programs
            .filter_map(|program| Some(one_line(program.get("name")?.as_str()?, MAX_FIELD)))
            .collect();
        let build = package.get("build");
        Some(Self {
            description: text("description", MAX_DESCRIPTION),
            license: text("license", MAX_FIELD),
            license_file: inner_path(package.get("license-file")),
            homepage: link("homepage"),
            documentation: link("documentation"),
            repository: link("repository"),
            keywords: words(package, "keywords"),
            categories: words(package, "categories"),
            edition: text("edition", MAX_FIELD),
            rust_version: text("rust-version", MAX_FIELD),
            is_proc_macro: macros("proc-macro").or_else(|| macros("proc_macro")) == Some(true),
            // Cargo writes the table into each manifest that it packs; before, it went by the files.
            has_library: lib.is_some(),
            programs,
            has_build_script: build.is_some_and(Value::is_str),
            readmes: readmes(package.get("readme")),
        })
    }

    /// What kind of thing it is, as far as the manifest says.
    pub fn kind(&self) -> Option<&'static str> {
        match (
            self.is_proc_macro,
            self.has_library,
            self.programs.is_empty(),
        ) {
            (true, _, _) => Some("procedural macro"),
            (false, true, true) => Some("library"),
            (false, true, false) => Some("library and program"),
            (false, false, false) => Some("program"),
            (false, false, true) => None,
        }
    }
}

fn words(package: &Table, key: &str) -> Vec<String> {
    let list = package.get(key).and_then(Value::as_array);
    let list = list.into_iter().flatten().take(MAX_WORDS);
    let words = list.filter_map(|word| Some(one_line(word.as_str()?, MAX_FIELD)));
    words.filter(|word| !word.is_empty()).collect()
}

/// A path within the package. Packages of years past name files outside, which cargo has put at the top since.
fn inner_path(value: Option<&Value>) -> Option<String> {
    let path = value?.as_str()?;
    let inner = join("", path).or_else(|| {
        let name = path.rsplit(['/', '\\']).next()?;
        join("", name)
    });
    inner.filter(|inner| !inner.is_empty())
}

fn readmes(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Boolean(false)) => Vec::new(),
        Some(Value::String(_)) => inner_path(value).into_iter().collect(),
        _ => READMES.map(str::to_owned).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_says_what_a_package_is() {
        let about = PackageFacts::read(
            r#"
            [package]
            name = "a"
            version = "1.0.0"
            edition = "2021"
            rust-version = "1.70"
            description = "  One\n  two\u001b[31m \u202e"
            license = "MIT OR Apache-2.0"
            homepage = "javascript:alert(1)"
            repository = "https://r.example/a"
            keywords = ["x", "", 7, "y"]
            readme = "../README.md"
            build = "build.rs"
            [lib]
            name = "a"
            [[bin]]
            name = "prog"
            "#,
        )
        .unwrap();
        assert_eq!(about.description.as_deref(), Some("One two[31m"));
        assert_eq!(about.homepage, None);
        assert_eq!(about.repository.as_deref(), Some("https://r.example/a"));
        assert_eq!(about.keywords, ["x", "y"]);
        assert_eq!(about.readmes, ["README.md"]);
        assert_eq!(about.kind(), Some("library and program"));
        assert!(about.has_build_script);
    }

    #[test]
    fn what_is_not_said_is_not_made_up() {
        assert_eq!(PackageFacts::read("[workspace]"), None);
        assert_eq!(PackageFacts::read("<html>"), None);
        let bare =
            PackageFacts::read("[package]\nname = \"a\"\nbuild = false\nreadme = false").unwrap();
        assert_eq!(bare, PackageFacts::default());
        assert_eq!(bare.kind(), None);
        let macros =
            PackageFacts::read("[project]\nname = \"a\"\n[lib]\nproc-macro = true").unwrap();
        assert_eq!(macros.kind(), Some("procedural macro"));
        assert_eq!(macros.readmes, READMES);
    }
}
