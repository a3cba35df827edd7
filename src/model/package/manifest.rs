//! `Cargo.toml` of a package inside a repository, made to stand alone: what it takes from its workspace written out, what
//! only a workspace's root may say left out. The same is done by `cargo vendor`.
//!
//! `path` dependencies stay: within a git source, cargo looks for them in the same source, whatever the path.
//!
//! Paths here are those inside the repository, with `/`, the empty one for its top.

use toml::{Table, Value};

use crate::model::package::tree_path::{is_below, join, relative};
use crate::model::text::printable;

/// A manifest, or the root of a workspace, or both.
#[derive(Debug, Clone)]
pub struct Manifest {
    table: Table,
}

/// Why a manifest cannot stand alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadManifest {
    #[error("it is not valid TOML: {}", printable(.0))]
    Toml(String),
    #[error("it has no `[package]`")]
    NoPackage,
    #[error("`{0}` is to come from the workspace, and none has this package as a member")]
    NoWorkspace(String),
    #[error("the workspace has no `{}`", printable(.0))]
    NotInWorkspace(String),
    #[error("the dependency `{}` is not a version or a table", printable(.0))]
    Dependency(String),
}

/// What a package takes from its workspace, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Workspace<'a> {
    pub manifest: &'a Manifest,
    /// The folder of the workspace's root.
    pub folder: &'a str,
}

/// The tables of dependencies, in cargo's two spellings.
const DEPENDENCIES: [&str; 5] = [
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
];

/// Targets that a build of a dependency can do without, and where cargo looks for the file of one that names none.
const TARGETS: [(&str, &str); 4] = [
    ("bin", "src/bin"),
    ("example", "examples"),
    ("test", "tests"),
    ("bench", "benches"),
];

impl Manifest {
    pub fn parse(text: &str) -> Result<Self, BadManifest> {
        let table = text
            .parse::<Table>()
            .map_err(|cause| BadManifest::Toml(cause.message().to_owned()))?;
        Ok(Self { table })
    }

    /// All of it, for readers that need more than the answers given here.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// `[package]`, or `[project]` as it was called long ago.
    pub fn package(&self) -> Option<&Table> {
        let package = self.table.get("package");
        package.or_else(|| self.table.get("project"))?.as_table()
    }

    /// The name of its package, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.package()?.get("name")?.as_str()
    }

    /// The version of its package. `None` where it comes from a workspace that has none.
    pub fn version<'a>(&'a self, workspace: Option<&'a Self>) -> Option<&'a str> {
        match self.package()?.get("version") {
            // Since cargo 1.75.
            None => Some("0.0.0"),
            Some(Value::String(version)) => Some(version),
            Some(_) => workspace?.shared("package")?.get("version")?.as_str(),
        }
    }

    pub fn version_is_inherited(&self) -> bool {
        self.package()
            .and_then(|package| package.get("version"))
            .is_some_and(Value::is_table)
    }

    /// Where the manifest itself says that its workspace's root is.
    pub fn workspace_path(&self) -> Option<&str> {
        self.package()?.get("workspace")?.as_str()
    }

    pub fn is_workspace(&self) -> bool {
        self.table.get("workspace").is_some_and(Value::is_table)
    }

    /// Whether this root, in `folder`, does not want the package in `package` (cargo's `is_excluded`).
    pub fn excludes(&self, folder: &str, package: &str) -> bool {
        let lists = |key: &str| {
            let list = self.workspace().and_then(|table| table.get(key));
            let list = list.and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str)
                .filter_map(|path| join(folder, path))
                .any(|path| is_below(package, &path))
        };
        lists("exclude") && !lists("members")
    }

    fn workspace(&self) -> Option<&Table> {
        self.table.get("workspace")?.as_table()
    }

    /// A table below `[workspace]`.
    fn shared(&self, key: &str) -> Option<&Table> {
        self.workspace()?.get(key)?.as_table()
    }

    /// The folders of its `path` dependencies; the manifest is in `folder`.
    pub fn paths(&self, folder: &str, workspace: Option<Workspace<'_>>) -> Vec<String> {
        let mut found = Vec::new();
        for table in self.dependency_tables() {
            for (name, dependency) in table {
                if let Some(path) = dependency.get("path").and_then(Value::as_str) {
                    found.extend(join(folder, path));
                } else if let (true, Some(root)) = (inherits(dependency), workspace) {
                    let shared = root.manifest.shared("dependencies");
                    let path = shared.and_then(|shared| shared.get(name)?.get("path")?.as_str());
                    found.extend(path.and_then(|path| join(root.folder, path)));
                }
            }
        }
        found
    }

    fn dependency_tables(&self) -> impl Iterator<Item = &Table> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(|targets| targets.values());
        let platforms = targets.filter_map(Value::as_table);
        std::iter::once(&self.table)
            .chain(platforms)
            .flat_map(|table| DEPENDENCIES.iter().filter_map(|key| table.get(*key)))
            .filter_map(Value::as_table)
    }

    /// Whether something in it is to come from a workspace.
    pub fn inherits(&self) -> bool {
        let fields = self
            .package()
            .into_iter()
            .flat_map(|package| package.values());
        let others = ["lints", "badges"].map(|key| self.table.get(key));
        fields.chain(others.into_iter().flatten()).any(inherits)
            || self
                .dependency_tables()
                .any(|table| table.values().any(inherits))
    }

    /// The targets that a build of a dependency reads: the library, programs and the build script, where the manifest says
    /// where they are.
    pub fn target_paths(&self) -> Vec<&str> {
        let lib = self.table.get("lib").into_iter();
        let bins = self.table.get("bin").and_then(Value::as_array);
        let build = self.package().and_then(|package| package.get("build"));
        lib.chain(bins.into_iter().flatten())
            .filter_map(|target| target.get("path"))
            .chain(build)
            .filter_map(Value::as_str)
            .collect()
    }

    /// The text of a manifest that stands alone, in `folder`. `has_file` knows the files of the repository. A manifest that
    /// does so already keeps its own text.
    pub fn alone(
        &self,
        text: &str,
        folder: &str,
        workspace: Option<Workspace<'_>>,
        has_file: impl Fn(&str) -> bool,
    ) -> Result<String, BadManifest> {
        let mut table = self.table.clone();
        if self.package().is_none() {
            return Err(BadManifest::NoPackage);
        }
        for key in ["package", "project"] {
            if let Some(Value::Table(package)) = table.get_mut(key) {
                package.remove("workspace");
                inherit_fields(package, folder, workspace)?;
            }
        }
        if table.get("badges").is_some_and(inherits) {
            let shared = find(workspace, "package", "badges")?;
            table.insert("badges".to_owned(), shared.clone());
        }
        if table.get("lints").is_some_and(inherits) {
            let root = workspace.ok_or_else(|| BadManifest::NoWorkspace("lints".to_owned()))?;
            let shared = root.manifest.shared("lints").cloned().unwrap_or_default();
            table.insert("lints".to_owned(), Value::Table(shared));
        }
        inherit_dependencies(&mut table, folder, workspace)?;
        if let Some(Value::Table(platforms)) = table.get_mut("target") {
            for (_, platform) in platforms.iter_mut() {
                if let Value::Table(platform) = platform {
                    inherit_dependencies(platform, folder, workspace)?;
                }
            }
        }
        for key in ["workspace", "patch", "replace", "profile"] {
            table.remove(key);
        }
        for (kind, place) in TARGETS {
            if let Some(Value::Array(targets)) = table.get_mut(kind) {
                targets.retain(|target| has_source(target, folder, place, &has_file));
                if targets.is_empty() {
                    table.remove(kind);
                }
            }
        }
        if table == self.table {
            return Ok(text.to_owned());
        }
        // The lines that `cargo package` writes above what it has changed say more or less the same.
        let head = "# Written by cargo-mirror: the manifest of this package in its repository,\n\
                    # with all that it takes from its workspace in its place.\n\n";
        Ok(format!("{head}{table}"))
    }
}

/// Whether a field, a dependency or the lints are `{ workspace = true, ... }`.
fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn find<'a>(
    workspace: Option<Workspace<'a>>,
    table: &str,
    key: &str,
) -> Result<&'a Value, BadManifest> {
    let root = workspace.ok_or_else(|| BadManifest::NoWorkspace(key.to_owned()))?;
    let found = root
        .manifest
        .shared(table)
        .and_then(|shared| shared.get(key));
    found.ok_or_else(|| BadManifest::NotInWorkspace(format!("{table}.{key}")))
}

fn inherit_fields(
    package: &mut Table,
    folder: &str,
    workspace: Option<Workspace<'_>>,
) -> Result<(), BadManifest> {
    for (key, value) in package.iter_mut() {
        if !inherits(value) {
            continue;
        }
        let mut shared = find(workspace, "package", key)?.clone();
        if let ("readme" | "license-file", Value::String(path), Some(root)) =
            (key.as_str(), &mut shared, workspace)
            && let Some(whole) = join(root.folder, path)
        {
            *path = relative(folder, &whole);
        }
        *value = shared;
    }
    Ok(())
}

fn inherit_dependencies(
    table: &mut Table,
    folder: &str,
    workspace: Option<Workspace<'_>>,
) -> Result<(), BadManifest> {
    for kind in DEPENDENCIES {
        let Some(Value::Table(dependencies)) = table.get_mut(kind) else {
            continue;
        };
        for (name, dependency) in dependencies.iter_mut() {
            if inherits(dependency) {
                *dependency = inherited(name, dependency, folder, workspace)?;
            }
        }
    }
    Ok(())
}

/// A dependency of the workspace with what the package adds to it (cargo's `inner_dependency_inherit_with`).
fn inherited(
    name: &str,
    own: &Value,
    folder: &str,
    workspace: Option<Workspace<'_>>,
) -> Result<Value, BadManifest> {
    let mut shared = match find(workspace, "dependencies", name)? {
        Value::String(version) => {
            Table::from_iter([("version".to_owned(), Value::String(version.clone()))])
        }
        Value::Table(table) => table.clone(),
        _ => return Err(BadManifest::Dependency(name.to_owned())),
    };
    if let (Some(Value::String(path)), Some(root)) = (shared.get_mut("path"), workspace)
        && let Some(whole) = join(root.folder, path)
    {
        *path = relative(folder, &whole);
    }
    for key in ["optional", "public"] {
        if let Some(value) = own.get(key) {
            shared.insert(key.to_owned(), value.clone());
        }
    }
    let default = |table: &Value| {
        let spelled = table.get("default-features");
        spelled
            .or_else(|| table.get("default_features"))
            .and_then(Value::as_bool)
    };
    // A package may turn them on where the workspace turns them off, and not the other way round.
    if default(own) == Some(true) {
        for key in ["default-features", "default_features"] {
            if shared.contains_key(key) {
                shared.insert(key.to_owned(), Value::Boolean(true));
            }
        }
    }
    if let Some(Value::Array(more)) = own.get("features") {
        let entry = shared
            .entry("features")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(features) = entry {
            features.extend(more.iter().cloned());
        }
    }
    Ok(Value::Table(shared))
}

/// Whether the file of a target is there. Cargo refuses a manifest with a target that it cannot find a file for.
fn has_source(target: &Value, folder: &str, place: &str, has_file: &impl Fn(&str) -> bool) -> bool {
    let has_file = |path: &str| join(folder, path).is_some_and(|path| has_file(&path));
    if let Some(path) = target.get("path").and_then(Value::as_str) {
        return has_file(path);
    }
    let Some(name) = target.get("name").and_then(Value::as_str) else {
        return true;
    };
    has_file(&format!("{place}/{name}.rs"))
        || has_file(&format!("{place}/{name}/main.rs"))
        || place == "src/bin" && (has_file("src/main.rs") || has_file(&format!("src/{name}.rs")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
        [workspace]
        members = ["crates/*", "odd/in"]
        exclude = ["odd"]
        [workspace.package]
        version = "0.2.0"
        readme = "README.md"
        license-file = "legal/LICENSE"
        authors = ["a"]
        [workspace.dependencies]
        other = { path = "crates/other", version = "0.2", default-features = false, features = ["x"] }
        plain = "1.2"
        [workspace.lints.rust]
        unsafe_code = "forbid"
    "#;

    fn alone(text: &str) -> Result<Table, BadManifest> {
        let root = Manifest::parse(ROOT)?;
        let workspace = Workspace {
            manifest: &root,
            folder: "",
        };
        let manifest = Manifest::parse(text)?;
        let text = manifest.alone(text, "crates/me", Some(workspace), |path| {
            path == "src/lib.rs"
        })?;
        Ok(text.parse().expect("what is written can be read"))
    }

    #[test]
    fn what_a_workspace_gives_is_written_out() {
        let table = alone(
            r#"
            [package]
            name = "me"
            version.workspace = true
            readme.workspace = true
            license-file = { workspace = true }
            workspace = "../.."
            unknown = 7
            [dependencies]
            other = { workspace = true, features = ["y"], optional = true, default-features = true }
            plain.workspace = true
            own = "3"
            [target.'cfg(unix)'.build-dependencies]
            plain = { workspace = true, features = ["z"] }
            [lints]
            workspace = true
            [[bench]]
            name = "gone"
            [profile.release]
            lto = true
            [patch.crates-io]
            own = { path = "x" }
            "#,
        );
        let expected: Table = r#"
            [package]
            name = "me"
            version = "0.2.0"
            readme = "../../README.md"
            license-file = "../../legal/LICENSE"
            unknown = 7
            [dependencies]
            other = { path = "../other", version = "0.2", default-features = true, features = ["x", "y"], optional = true }
            plain = { version = "1.2" }
            own = "3"
            [target.'cfg(unix)'.build-dependencies]
            plain = { version = "1.2", features = ["z"] }
            [lints.rust]
            unsafe_code = "forbid"
        "#
        .parse()
        .unwrap();
        assert_eq!(table.unwrap(), expected);
    }

    #[test]
    fn a_manifest_that_stands_alone_keeps_its_text() {
        let text = "# mine\n[package]\nname   = \"me\"\nversion = \"1.0.0\"\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(manifest.alone(text, "", None, |_| false).unwrap(), text);
    }

    #[test]
    fn what_is_not_there_to_inherit_is_named() {
        let lacks = alone("[package]\nname = \"me\"\nedition.workspace = true");
        assert_eq!(
            lacks.unwrap_err(),
            BadManifest::NotInWorkspace("package.edition".to_owned())
        );
        let text = "[package]\nname = \"me\"\nversion.workspace = true";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!(
            manifest.alone(text, "", None, |_| true),
            Err(BadManifest::NoWorkspace("version".to_owned()))
        );
        assert!(matches!(
            Manifest::parse("[package"),
            Err(BadManifest::Toml(_))
        ));
    }

    #[test]
    fn a_root_knows_whom_it_excludes() {
        let root = Manifest::parse(ROOT).unwrap();
        assert!(root.excludes("", "odd/out"));
        assert!(!root.excludes("", "odd/in"));
        assert!(!root.excludes("", "oddly"));
    }
}
