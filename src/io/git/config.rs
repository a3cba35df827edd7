//! Values of git's own configuration, read as libgit2's `git_config_open_default` finds them: cargo takes its proxy from
//! there, whether git is installed or not.

use std::path::{Path, PathBuf};

use crate::io::config::load::Environment;
use crate::io::fs::file;

/// A configuration larger than this is a mistake.
const MAX_CONFIG: u64 = 4 << 20;
/// Includes may include; more levels than this are a circle.
const MAX_INCLUDES: usize = 10;

/// `http.proxy` of the user or the system, the user's first.
pub fn proxy(environment: &Environment) -> Option<String> {
    let home = home(environment);
    let mut files = Vec::new();
    if let Some(home) = &home {
        files.push(home.join(".gitconfig"));
    }
    let xdg = environment
        .get("XDG_CONFIG_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| home.as_ref().map(|home| home.join(".config")));
    files.extend(xdg.map(|folder| folder.join("git").join("config")));
    files.extend(system(environment));
    files
        .iter()
        .find_map(|file| value(file, home.as_deref(), 0))
}

fn home(environment: &Environment) -> Option<PathBuf> {
    let names: &[&str] = if cfg!(windows) {
        &["HOME", "USERPROFILE"]
    } else {
        &["HOME"]
    };
    let mut values = names.iter().filter_map(|name| environment.get(*name));
    values.find(|home| !home.is_empty()).map(PathBuf::from)
}

fn system(environment: &Environment) -> Vec<PathBuf> {
    if cfg!(windows) {
        let folders = ["PROGRAMFILES", "PROGRAMDATA"].map(|name| environment.get(name));
        let inner = ["Git\\etc\\gitconfig", "Git\\config"];
        let paths = folders.into_iter().zip(inner);
        return paths
            .filter_map(|(folder, inner)| Some(Path::new(folder?).join(inner)))
            .collect();
    }
    vec![PathBuf::from("/etc/gitconfig")]
}

/// The last value in a file. One that is not there or cannot be read says nothing.
fn value(file: &Path, home: Option<&Path>, depth: usize) -> Option<String> {
    let text = file::read_text(file, MAX_CONFIG).ok()?;
    let mut found = None;
    for (section, key, text) in entries(&text) {
        match (section.as_str(), key.as_str()) {
            ("http", "proxy") => found = Some(text),
            ("include", "path") if depth < MAX_INCLUDES => {
                let path = match (text.strip_prefix("~/"), home) {
                    (Some(inner), Some(home)) => home.join(inner),
                    _ => file.parent().unwrap_or(Path::new("")).join(&text),
                };
                found = value(&path, home, depth + 1).or(found);
            }
            _ => {}
        }
    }
    found
}

/// Sections without a subsection, keys and values, in their order. Names are in lower case.
fn entries(text: &str) -> Vec<(String, String, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut entries = Vec::new();
    let mut section: Option<String> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut rest = line.trim_start();
        if let Some(header) = rest.strip_prefix('[') {
            // A subsection may hold a bracket, in quotes.
            let Some(end) = closing(header) else { continue };
            let name = header[..end].trim();
            let plain = !name.contains(['"', ' ', '.']);
            section = plain.then(|| name.to_ascii_lowercase());
            rest = header[end + 1..].trim_start();
        }
        if rest.is_empty() || rest.starts_with(['#', ';']) {
            continue;
        }
        let Some((key, raw)) = rest.split_once('=') else {
            continue;
        };
        let mut value = Value::default();
        let mut raw = raw;
        // A backslash at its end has the value go on in the next line.
        while value.take(raw) {
            let Some(next) = lines.next() else { break };
            raw = next;
        }
        if let Some(section) = &section {
            let key = key.trim().to_ascii_lowercase();
            entries.push((section.clone(), key, value.end()));
        }
    }
    entries
}

fn closing(header: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    header.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

/// A value on its way out of its quotes.
#[derive(Default)]
struct Value {
    text: String,
    quoted: bool,
    /// So much of it is not blanks at its end.
    kept: usize,
}

impl Value {
    /// Takes the rest of a line. Whether the value goes on in the next one.
    fn take(&mut self, line: &str) -> bool {
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    self.quoted = !self.quoted;
                    self.kept = self.text.len();
                }
                '#' | ';' if !self.quoted => return false,
                '\\' => match chars.next() {
                    None => return true,
                    Some(escaped) => {
                        self.text.push(match escaped {
                            'n' => '\n',
                            't' => '\t',
                            'b' => '\u{8}',
                            other => other,
                        });
                        self.kept = self.text.len();
                    }
                },
                c if c.is_whitespace() && !self.quoted => {
                    // Blanks before a value are none of it.
                    if !self.text.is_empty() {
                        self.text.push(c);
                    }
                }
                c => {
                    self.text.push(c);
                    self.kept = self.text.len();
                }
            }
        }
        false
    }

    fn end(mut self) -> String {
        self.text.truncate(self.kept);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_git_writes_them() {
        let text = "; a comment\n[HTTP]\n\tProxy = http://one:1 # not this\n[http \"https://a]b/\"]\nproxy = sub\n\
            [core] editor = x\n[http] proxy = \"http://two:2 ;\" \n[http]\nproxy = thr\\\nee\\\"\n";
        let found: Vec<String> = entries(text)
            .into_iter()
            .filter(|(section, key, _)| section == "http" && key == "proxy")
            .map(|(_, _, value)| value)
            .collect();
        assert_eq!(found, ["http://one:1", "http://two:2 ;", "three\""]);
    }

    #[test]
    fn the_users_file_goes_first_and_may_include_others() {
        let home = tempfile::tempdir().unwrap();
        let environment =
            Environment::from([("HOME".to_owned(), home.path().to_str().unwrap().to_owned())]);
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(".config/git/config", "[http]\nproxy = http://xdg:1\n");
        assert_eq!(proxy(&environment).as_deref(), Some("http://xdg:1"));
        write(".gitconfig", "[include]\npath = ~/more\n");
        write(
            "more",
            "[http]\nproxy = http://included:1\n[include]\npath = more\n",
        );
        assert_eq!(proxy(&environment).as_deref(), Some("http://included:1"));
        write(".gitconfig", "[http]\nproxy =\n");
        assert_eq!(proxy(&environment).as_deref(), Some(""));
    }
}
