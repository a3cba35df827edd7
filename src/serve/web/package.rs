//! What is inside a package that is here: what it says of itself, its readme, its files.

use std::io::{self, Read};

use crate::model::about::manifest::PackageFacts;
use crate::model::about::readme;
use crate::model::package::archive_files::{Member, Next, look_through};
use crate::model::package::id::CrateId;
use crate::serve::registry::source::Source;

/// The largest manifest that is read, and the most of a readme, in bytes.
const MAX_MANIFEST: u64 = 4 << 20;
const MAX_README: u64 = 600_000;
/// So much of readmes is held at once, in bytes: a small archive may hold thousands of them.
const MOST_READMES: u64 = 4 * MAX_README;
/// The largest source file that is shown, in bytes.
pub const MAX_SOURCE: u64 = 1 << 20;
/// More files than this are counted and not listed.
pub const MAX_FILES: usize = 10_000;
/// Nor are those listed whose paths come after so many bytes of others.
const MAX_PATHS: usize = 2 << 20;

/// What a package says of itself.
#[derive(Debug, Default)]
pub struct Presented {
    pub about: PackageFacts,
    /// As HTML that is ours alone.
    pub readme: Option<String>,
    /// Where the readme is within the package.
    pub readme_path: Option<String>,
}

/// Manifest and readme of a package that is here. `None`: it cannot be read as a package.
pub fn present(source: &Source, id: &CrateId) -> Option<Presented> {
    let mut about = None;
    let mut found = readmes(source, id, &mut about)?;
    let known = about.as_ref()?;
    let is_had = |path: &String| found.texts.iter().any(|(had, _)| had == path);
    if found.is_cut && !known.readmes.iter().any(is_had) {
        // Now it is known which is meant.
        found = readmes(source, id, &mut about)?;
    }
    let (about, texts) = (about?, found.texts);
    let mut named = about.readmes.iter();
    let readme = named.find_map(|named| texts.iter().find(|(path, _)| path == named));
    let html = readme.map(|(path, bytes)| {
        if readme::is_markdown(path) {
            readme::markdown(bytes)
        } else {
            readme::plain(bytes)
        }
    });
    Some(Presented {
        readme: html.filter(|html| !html.trim().is_empty()),
        readme_path: readme.map(|(path, _)| path.clone()),
        about,
    })
}

/// The beginnings of files that may be the readme, as many as [`MOST_READMES`] allows.
#[derive(Default)]
struct Readmes {
    texts: Vec<(String, Vec<u8>)>,
    /// Whether some were left out.
    is_cut: bool,
}

/// Reads a package up to its readme. Where the manifest is not known, it is read on the way; before it is met, each file of
/// such a name may be meant. `None`: what was read of a broken package is not shown as if it were sound.
fn readmes(source: &Source, id: &CrateId, about: &mut Option<PackageFacts>) -> Option<Readmes> {
    let file = source.store.open_crate(id).ok()?;
    let length = file.metadata().ok()?.len();
    let (mut found, mut room) = (Readmes::default(), MOST_READMES);
    let looked = look_through(file, length, id, |member, text| {
        if member.path == "Cargo.toml" {
            *about = PackageFacts::read(&String::from_utf8_lossy(&start(text, MAX_MANIFEST)?));
        } else if may_be_readme(member, about.as_ref()) {
            match room.checked_sub(member.size.min(MAX_README)) {
                Some(left) => {
                    room = left;
                    let text = start(text, MAX_README)?;
                    found.texts.push((member.path.clone(), text));
                }
                None => found.is_cut = true,
            }
        }
        let Some(about) = about.as_ref() else {
            return Ok(Next::On);
        };
        let first = about.readmes.first();
        let is_had = first.is_none_or(|first| found.texts.iter().any(|(path, _)| path == first));
        Ok(if is_had { Next::Enough } else { Next::On })
    });
    looked.ok()?;
    Some(found)
}

fn may_be_readme(member: &Member, about: Option<&PackageFacts>) -> bool {
    if let Some(about) = about {
        about.readmes.contains(&member.path)
    } else {
        let name = member.path.rsplit('/').next().unwrap_or(&member.path);
        name.get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("readme"))
    }
}

fn start(text: &mut dyn Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    text.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The files of a package, by their paths.
#[derive(Debug, Default)]
pub struct Listed {
    pub files: Vec<Member>,
    pub count: usize,
    /// In bytes.
    pub size: u64,
}

/// Lists a package that is here. `None`: it is no package that cargo would unpack.
pub fn list(source: &Source, id: &CrateId) -> Option<Listed> {
    let file = source.store.open_crate(id).ok()?;
    let length = file.metadata().ok()?.len();
    let (mut listed, mut paths) = (Listed::default(), 0);
    let looked = look_through(file, length, id, |member, _| {
        listed.count += 1;
        listed.size += member.size;
        paths += member.path.len();
        if listed.files.len() < MAX_FILES && paths <= MAX_PATHS {
            listed.files.push(member.clone());
        }
        Ok(Next::On)
    });
    looked.ok()?;
    listed.files.sort_by(|one, other| one.path.cmp(&other.path));
    // Cargo unpacks one over the other: the last is what it builds.
    listed.files.dedup_by(|later, kept| later.path == kept.path);
    Some(listed)
}

/// One file out of a package.
#[derive(Debug)]
pub struct SourceFile {
    pub size: u64,
    /// `None`: it is too large to be shown.
    pub bytes: Option<Vec<u8>>,
}

/// Reads a file out of a package that is here. `None`: there is none of this path.
pub fn read_file(source: &Source, id: &CrateId, path: &str) -> Option<SourceFile> {
    let file = source.store.open_crate(id).ok()?;
    let length = file.metadata().ok()?.len();
    let mut found = None;
    let looked = look_through(file, length, id, |member, text| {
        if member.path == path {
            let bytes = (member.size <= MAX_SOURCE).then(|| start(text, MAX_SOURCE));
            // The last of several is what cargo builds.
            found = Some(SourceFile {
                size: member.size,
                bytes: bytes.transpose()?,
            });
        }
        Ok(Next::On)
    });
    looked.ok()?;
    found
}
