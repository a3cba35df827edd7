//! The house rules of `src/`: floors, rooms, sizes, names. `src/lib.rs` is the map they are held against.
//!
//! - Floors: imports point down only.
//! - Rooms: inside a floor a room imports the rooms that [`ROOMS`] allows.
//! - Circles: rooms form none, and inside a room only those of [`CIRCLES`] are left.
//! - Types: an inherent `impl` is in the room of its type, and type names are unique on a floor.
//! - Crates: outside crates keep to their rooms.
//! - Paths: `.mirror` is spelled in one file.
//! - Debug: debug output is never data.
//! - Sizes: files and functions stay within bounds.
//! - Map: every file and room is in `lib.rs`, each room with a line about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::fixture::project::tree;

/// From the lowest to the highest.
const FLOORS: [&str; 5] = ["model", "io", "ops", "serve", "cli"];

/// What each room may import of its own floor. A room that is not named imports none.
const ROOMS: [(&str, &[&str]); 62] = [
    ("model::about", &["package", "units"]),
    ("model::access", &["package", "text", "units"]),
    ("model::auth", &["text"]),
    ("model::bundle", &["package", "text", "units"]),
    ("model::error", &["auth", "errors", "package"]),
    (
        "model::errors",
        &[
            "access",
            "auth",
            "bundle",
            "hosting",
            "input",
            "mirror",
            "package",
            "policy",
            "settings",
            "text",
            "toml_error",
            "units",
            "url",
        ],
    ),
    ("model::event", &["mirror", "package"]),
    (
        "model::hosting",
        &[
            "access", "index", "package", "source", "text", "units", "webhook",
        ],
    ),
    ("model::index", &["package", "policy", "source", "text"]),
    (
        "model::input",
        &["package", "source", "text", "toml_error", "url"],
    ),
    (
        "model::mirror",
        &["input", "package", "source", "text", "units"],
    ),
    ("model::package", &["text"]),
    ("model::plan", &["input", "package"]),
    ("model::policy", &["package", "text"]),
    ("model::search", &["about", "units"]),
    (
        "model::settings",
        &[
            "about",
            "mirror",
            "sync",
            "access",
            "hosting",
            "package",
            "source",
            "text",
            "toml_error",
            "units",
            "webhook",
        ],
    ),
    ("model::source", &["package", "text", "url"]),
    (
        "model::sync",
        &["index", "mirror", "package", "text", "units"],
    ),
    ("model::toml_error", &["text"]),
    ("model::webhook", &["units"]),
    (
        "io::access",
        &["bucket", "fs", "hosting", "http", "mirror", "random"],
    ),
    ("io::auth", &["config", "fs", "task"]),
    ("io::bucket", &["config", "fs", "http", "mirror", "random"]),
    ("io::bundle", &["fs", "git", "mirror", "random", "store"]),
    ("io::cargo", &["config", "fs", "git"]),
    ("io::clock", &["config"]),
    ("io::catalog", &["clock", "dump", "fs", "mirror", "store"]),
    ("io::config", &["fs"]),
    ("io::dump", &["fs", "http"]),
    ("io::git", &["config", "fs", "mirror"]),
    ("io::hooks", &["fs", "http", "mirror", "random"]),
    ("io::hosting", &["bucket", "fs", "mirror", "store"]),
    ("io::http", &["auth", "config", "fs", "git", "task"]),
    ("io::mirror", &["fs"]),
    ("io::store", &["fs", "git", "mirror"]),
    (
        "io::upstream",
        &[
            "auth", "bucket", "cargo", "config", "fs", "http", "mirror", "store", "task",
        ],
    ),
    ("ops::access", &["context"]),
    ("ops::audit", &["context", "input"]),
    ("ops::bucket", &["context"]),
    ("ops::bundle", &["context", "input", "publish", "roots"]),
    ("ops::catalog", &["context"]),
    ("ops::config", &["context", "input"]),
    ("ops::fetch", &["context"]),
    ("ops::gc", &["context", "input", "roots"]),
    ("ops::host", &["context"]),
    ("ops::hooks", &["context"]),
    ("ops::input", &["context"]),
    ("ops::publish", &["context"]),
    ("ops::repair", &["context", "fetch", "roots", "verify"]),
    ("ops::roots", &["context", "input"]),
    (
        "ops::status",
        &["config", "context", "fetch", "input", "roots", "vendor"],
    ),
    (
        "ops::vendor",
        &["config", "context", "fetch", "input", "roots"],
    ),
    ("ops::sync", &["context", "gc"]),
    ("ops::verify", &["context", "fetch", "roots"]),
    ("serve::admit", &["metrics"]),
    ("serve::answer", &["admit", "metrics"]),
    ("serve::api", &["admit", "answer", "registry"]),
    ("serve::pages", &["answer", "metrics", "registry"]),
    ("serve::registry", &["admit", "answer", "metrics"]),
    (
        "serve::web",
        &["admit", "answer", "metrics", "pages", "registry"],
    ),
    (
        "serve::route",
        &[
            "admit", "answer", "api", "metrics", "pages", "registry", "web",
        ],
    ),
    (
        "serve::net",
        &["admit", "answer", "metrics", "registry", "route"],
    ),
];

/// The highest rooms of their floors import as they like.
const TOP: [&str; 8] = [
    "serve::reload",
    "serve::server",
    "cli::args",
    "cli::command",
    "cli::exit",
    "cli::output",
    "cli::run",
    "cli::settings",
];

/// Rooms in which files import each other. This list may only shrink.
const CIRCLES: [&str; 9] = [
    "io::config",
    "io::http",
    "io::store",
    "ops::config",
    "ops::fetch",
    "ops::status",
    "ops::vendor",
    "ops::verify",
    "serve::registry",
];

/// Outside crates that belong in certain rooms; a floor's name stands for all of its rooms.
const OUTSIDE: [(&str, &[&str]); 50] = [
    ("anstream", &["cli::output"]),
    ("anstyle", &["cli::output"]),
    (
        "aws_lc_rs",
        &[
            "io::bundle",
            "io::hooks",
            "io::http",
            "io::random",
            "ops::access",
            "serve::net",
        ],
    ),
    ("axum", &[]),
    ("base64", &["io::access", "model::bundle", "serve::admit"]),
    ("cargo_metadata", &["io::cargo"]),
    ("cargo_platform", &["model::hosting", "model::index"]),
    ("spdx", &["model::hosting"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli::command"]),
    ("crates_index", &["io::cargo", "io::config"]),
    ("crc32fast", &["model::access"]),
    ("csv", &["io::dump"]),
    ("dirs", &["io::fs"]),
    ("gix_hash", &["io::git"]),
    ("gix_object", &["io::git"]),
    ("gix_odb", &["io::git"]),
    ("h2", &["io::http"]),
    ("http", &["io::http", "serve"]),
    ("http_body", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve::net"]),
    ("indicatif", &["cli::output"]),
    ("ipnet", &["serve::admit"]),
    ("jiff", &["model::units", "serve::metrics"]),
    ("jsonwebtoken", &["io::access", "ops::access"]),
    ("listenfd", &["serve::net"]),
    ("maud", &["serve::web"]),
    ("preflate_rs", &["io::bundle"]),
    ("pulldown_cmark", &["cli::output", "model::about"]),
    ("object_store", &["io::bucket"]),
    ("reqwest", &["io::auth", "io::http"]),
    ("rustc_stable_hash", &["io::cargo"]),
    (
        "rustix",
        &["io::background", "io::fs", "io::git", "io::net"],
    ),
    ("rustls_platform_verifier", &["io::http"]),
    ("sha2", &["model::package"]),
    ("socket2", &["serve::net"]),
    ("subtle", &["serve::admit"]),
    ("tar", &["io::bundle", "io::dump", "model::package"]),
    ("tempfile", &["io", "ops::access"]),
    ("terminal_size", &["io::fs"]),
    ("tokio", &["io", "ops", "serve", "cli"]),
    // One rustls for clients and for the server.
    ("tokio_rustls", &["io::http", "serve::net"]),
    ("toml_edit", &["io::config", "io::mirror"]),
    ("tracing", &["io", "ops", "serve"]),
    ("tracing_subscriber", &["cli::output"]),
    ("zstd", &["io::bundle", "serve::answer"]),
    ("proptest", &["io", "model"]),
    ("rcgen", &[]),
];

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 80;

/// The source: the files below `src/` but for `lib.rs` and `main.rs`, and the map.
struct House {
    files: BTreeMap<String, String>,
    map: String,
}

impl House {
    fn real() -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let map = fs::read_to_string(source.join("lib.rs")).unwrap()
            + &fs::read_to_string(source.join("main.rs")).unwrap();
        let files = tree(&source)
            .into_iter()
            .filter(|(file, _)| !file.ends_with('/') && file != "lib.rs" && file != "main.rs")
            .map(|(file, bytes)| (file, String::from_utf8(bytes).expect("source is UTF-8")))
            .collect();
        Self { files, map }
    }

    fn of(file: &str, text: &str) -> Self {
        Self {
            files: BTreeMap::from([(file.to_owned(), text.to_owned())]),
            map: String::new(),
        }
    }

    fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files
            .filter(|(file, _)| !is_page(file))
            .map(|(file, text)| (file.as_str(), text.as_str()))
    }
}

/// The style sheet of the pages for browsers; `serve::web::style` has it in the program.
const STYLE: &str = "serve/web/style.css";

/// Whether a file is no code: the style sheet, or part of the guide, which is prose on no floor; `cli::command::guide` shows
/// its pages, rustdoc has them.
fn is_page(file: &str) -> bool {
    file == STYLE
        || file
            .strip_prefix("guide/")
            .and_then(|name| name.rsplit_once('.'))
            .is_some_and(|(stem, kind)| ["md", "json"].contains(&kind) && !stem.contains('/'))
}

/// `io::store` of `io/store/commit.rs`; `ops::roots` of `ops/roots.rs`.
fn room_of(file: &str) -> String {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    stem.split('/').take(2).collect::<Vec<_>>().join("::")
}

fn module_of(file: &str) -> String {
    file.strip_suffix(".rs").unwrap_or(file).replace('/', "::")
}

/// The lines of code with their numbers, comments cut off and test modules left out.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    let mut of_tests = false;
    lines
        .take_while(move |(_, line)| {
            let before = of_tests;
            of_tests = *line == "#[cfg(test)]";
            !(before && line.starts_with("mod "))
        })
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default()))
        .filter(|(_, line)| !line.trim().is_empty())
}

/// The modules of this crate that a file imports, with the line of each.
fn imports(text: &str, house: &House) -> Vec<(usize, String)> {
    let modules: BTreeSet<String> = house.files.keys().map(|file| module_of(file)).collect();
    let mut found = Vec::new();
    for (number, line) in code(text) {
        for (at, _) in line.match_indices("crate::") {
            let path: String = line[at + "crate::".len()..]
                .chars()
                .take_while(|character| character.is_alphanumeric() || "_:".contains(*character))
                .collect();
            let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
            let longest = (1..=parts.len())
                .rev()
                .map(|length| parts[..length].join("::"));
            let module = longest.clone().find(|path| modules.contains(path));
            let module = module
                .unwrap_or_else(|| parts.iter().take(2).copied().collect::<Vec<_>>().join("::"));
            found.push((number, module));
        }
    }
    found
}

fn upward_imports(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        let floor = file.split_once('/').map_or("", |(floor, _)| floor);
        let Some(height) = FLOORS.iter().position(|known| *known == floor) else {
            found.push(format!("src/{file}:1: there is no floor `{floor}`"));
            continue;
        };
        for (number, line) in code(text) {
            for above in &FLOORS[height + 1..] {
                let starts = ["crate::", "super::super::", "super::super::super::"];
                if starts
                    .iter()
                    .any(|start| line.contains(&format!("{start}{above}::")))
                {
                    found.push(format!(
                        "src/{file}:{number}: `{floor}` reaches up to `{above}`"
                    ));
                }
            }
            if line.contains("crate::{") {
                found.push(format!(
                    "src/{file}:{number}: name the floor: `use crate::floor::...`"
                ));
            }
        }
    }
    found
}

fn rooms_entered(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        let room = room_of(file);
        if TOP.contains(&room.as_str()) || room.starts_with("cli::") {
            continue;
        }
        let floor = room.split("::").next().unwrap_or_default().to_owned();
        let allowed = ROOMS.iter().find(|(name, _)| *name == room);
        let allowed: &[&str] = allowed.map_or(&[], |(_, allowed)| allowed);
        for (number, module) in imports(text, house) {
            let mut parts = module.split("::");
            let (Some(on), Some(other)) = (parts.next(), parts.next()) else {
                continue;
            };
            if on == floor && room != format!("{on}::{other}") && !allowed.contains(&other) {
                found.push(format!(
                    "src/{file}:{number}: `{room}` may not import `{on}::{other}`"
                ));
            }
        }
    }
    found
}

/// Groups of nodes that reach each other.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<(String, String)> {
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(node) = next.pop() {
            for other in edges.get(&node).into_iter().flatten() {
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        edges.keys().map(|node| (node, reach(node))).collect();
    let mut found = Vec::new();
    for (node, there) in &reached {
        for other in there.iter().filter(|other| *other > *node) {
            if reached.get(other).is_some_and(|back| back.contains(*node)) {
                found.push(((*node).clone(), other.clone()));
            }
        }
    }
    found
}

fn circles_of(house: &House) -> Vec<String> {
    let (mut rooms, mut files) = (BTreeMap::new(), BTreeMap::new());
    for (file, text) in house.rust() {
        let (room, module) = (room_of(file), module_of(file));
        for (_, other) in imports(text, house) {
            let others: String = other.split("::").take(2).collect::<Vec<_>>().join("::");
            let edges: &mut BTreeMap<String, BTreeSet<String>> = if others == room {
                &mut files
            } else {
                &mut rooms
            };
            let (from, to) = if others == room {
                (module.clone(), other)
            } else {
                (room.clone(), others)
            };
            if from != to && to.contains("::") {
                edges.entry(from).or_default().insert(to);
            }
        }
    }
    let of_rooms = circles(&rooms).into_iter();
    let of_rooms =
        of_rooms.map(|(one, other)| format!("rooms `{one}` and `{other}` form a circle"));
    let of_files = circles(&files).into_iter().filter(|(one, _)| {
        let room: Vec<&str> = one.split("::").take(2).collect();
        !CIRCLES.contains(&room.join("::").as_str()) && !one.starts_with("serve::route")
    });
    let of_files =
        of_files.map(|(one, other)| format!("files `{one}` and `{other}` form a circle"));
    of_rooms.chain(of_files).collect()
}

/// The name that a line at column 0 declares, with its kind.
fn declared(line: &str) -> Option<(&str, &str)> {
    let mut rest = line;
    for start in ["pub(super) ", "pub(crate) ", "pub "] {
        rest = rest.strip_prefix(start).unwrap_or(rest);
    }
    let (kind, rest) = rest.split_once(' ')?;
    let is_type = ["struct", "enum", "trait", "type"].contains(&kind);
    let end = rest.find(|character: char| !character.is_alphanumeric() && character != '_');
    is_type.then(|| (kind, &rest[..end.unwrap_or(rest.len())]))
}

fn scattered_types(house: &House) -> Vec<String> {
    let mut homes: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (file, text) in house.rust() {
        let floor = file.split('/').next().unwrap_or_default().to_owned();
        for (_, name) in code(text).filter_map(|(_, line)| declared(line)) {
            let home = homes.entry((floor.clone(), name.to_owned())).or_default();
            home.insert(file.to_owned());
        }
    }
    let mut found = Vec::new();
    for ((floor, name), files) in &homes {
        // What JSON prints is called after the command, as its arguments are.
        let files: BTreeSet<&String> = files
            .iter()
            .filter(|file| !file.starts_with("cli/json/"))
            .collect();
        if files.len() > 1 && !["Options", "Report"].contains(&name.as_str()) {
            found.push(format!(
                "`{name}` is defined more than once on `{floor}`: {files:?}"
            ));
        }
    }
    for (file, text) in house.rust() {
        let floor = file.split('/').next().unwrap_or_default().to_owned();
        for (number, line) in code(text) {
            let Some(rest) = line.strip_prefix("impl") else {
                continue;
            };
            if line.contains(" for ") {
                continue;
            }
            let rest = rest.trim_start();
            let rest = match rest.strip_prefix('<') {
                Some(generics) => generics.split_once("> ").map_or(generics, |(_, rest)| rest),
                None => rest,
            };
            let name: String = rest
                .chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect();
            let home = homes.get(&(floor.clone(), name.clone()));
            let here =
                |files: &BTreeSet<String>| files.iter().any(|it| room_of(it) == room_of(file));
            if !home.is_some_and(here) {
                found.push(format!(
                    "src/{file}:{number}: `impl {name}` is not in the room of its type"
                ));
            }
        }
    }
    found
}

/// Whether a line of code has a path that starts with this crate.
fn names(line: &str, outside: &str) -> bool {
    let path = line.match_indices(&format!("{outside}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || "_:".contains(character))
    });
    let import = line
        .trim_start()
        .trim_start_matches("pub ")
        .strip_prefix("use ");
    path || import.is_some_and(|rest| rest.trim_end_matches(';').split(' ').next() == Some(outside))
        || line.contains(&format!("#[{outside}("))
}

fn strayed_crates(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        let room = room_of(file);
        let floor = room.split("::").next().unwrap_or_default();
        for (number, line) in code(text) {
            for (outside, allowed) in OUTSIDE {
                if names(line, outside) && !allowed.iter().any(|it| *it == room || *it == floor) {
                    found.push(format!(
                        "src/{file}:{number}: `{outside}` belongs to {allowed:?}, not to `{room}`"
                    ));
                }
            }
        }
    }
    found
}

fn spelled_paths(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house
        .rust()
        .filter(|(file, _)| *file != "io/mirror/layout.rs")
    {
        for (number, line) in code(text) {
            if line.contains("\".mirror\"") || line.contains("\".mirror/") {
                found.push(format!(
                    "src/{file}:{number}: `.mirror` is spelled in io/mirror/layout.rs alone"
                ));
            }
        }
    }
    found
}

fn debug_as_data(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house.rust().filter(|(file, _)| !file.ends_with("tests.rs")) {
        for (number, line) in code(text) {
            if line.contains(":?}") || line.contains(":#?}") {
                found.push(format!(
                    "src/{file}:{number}: Debug output is not data: write Display or a quoter"
                ));
            }
        }
    }
    found
}

/// A function in a file: the number of its first line from 0, and all its lines.
struct Function<'a> {
    start: usize,
    name: &'a str,
    lines: &'a [&'a str],
}

fn functions<'a>(lines: &'a [&'a str]) -> Vec<Function<'a>> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let is_function = line.trim_start().split('(').next().is_some_and(|head| {
            let mut words = head.split(' ');
            words.any(|word| word == "fn") && !head.contains(['"', '=', '/', '|'])
        });
        if !is_function || line.trim_end().ends_with([';', '}']) {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[start..]
            .iter()
            .position(|it| *it == end)
            .map_or(0, |at| at + 1);
        let name = line
            .split("fn ")
            .nth(1)
            .and_then(|rest| rest.split(['(', '<']).next());
        found.push(Function {
            start,
            name: name.unwrap_or_default(),
            lines: &lines[start..start + length],
        });
    }
    found
}

/// Functions that take what verbs share, or a part of it, and look at one field of it: they could take that field.
fn wide_parameters(house: &House) -> Vec<String> {
    const SHARED: [(&str, &[&str]); 4] = [
        (": &Context", &["mirror", "place", "upstream"]),
        (
            ": &OpenMirror",
            &["folder", "clock", "flush", "watch", "hosts"],
        ),
        (": &Workplace", &["cwd", "cargo_home", "environment", "own"]),
        (
            ": &UpstreamOptions",
            &["named", "jobs", "token_hosts", "offline"],
        ),
    ];
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        let lines: Vec<&str> = text.lines().collect();
        for Function { start, lines, .. } in functions(&lines) {
            let text = lines.join("\n");
            for (parameter, fields) in SHARED {
                let used = used_of(&text, parameter);
                if let [field] = used.iter().collect::<Vec<_>>()[..]
                    && fields.contains(&field.as_str())
                {
                    found.push(format!(
                        "src/{file}:{}: of its `{}` it uses `{field}` alone: take that",
                        start + 1,
                        parameter.trim_start_matches(": &")
                    ));
                }
            }
        }
    }
    found
}

/// The fields and methods that a function uses of a parameter of this type. An empty name: it uses the whole.
fn used_of(function: &str, parameter: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let signature = function.split_once("{\n").unwrap_or((function, "")).0;
    let Some((before, _)) = signature.split_once(parameter) else {
        return used;
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let name = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
    for (at, _) in function[signature.len()..].match_indices(name) {
        let at = signature.len() + at;
        let before = function[..at].chars().next_back();
        let mut after = function[at + name.len()..].chars().peekable();
        let is_name = !before.is_some_and(|c| is_word(c) || c == '.')
            && !after.peek().is_some_and(|c| is_word(*c));
        if is_name {
            let after: String = after.collect();
            let field = after.trim_start().strip_prefix('.').unwrap_or_default();
            let field = field.split(|c| !is_word(c)).next().unwrap_or_default();
            used.insert(field.to_owned());
        }
    }
    used
}

fn too_large(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > MAX_FILE_LINES {
            found.push(format!(
                "src/{file}: {} lines, more than {MAX_FILE_LINES}",
                lines.len()
            ));
        }
        for Function { start, name, lines } in functions(&lines) {
            let (length, place) = (lines.len(), format!("{file}:{name}"));
            if length > MAX_FUNCTION_LINES {
                found.push(format!(
                    "src/{file}:{}: {length} lines in one function, more than {MAX_FUNCTION_LINES} ({place})",
                    start + 1
                ));
            }
        }
    }
    found
}

/// What the map lacks: files without a module, rooms without a line about them.
fn off_the_map(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for file in house.files.keys().filter(|file| *file != STYLE) {
        if file.starts_with("guide/") {
            if !is_page(file)
                || file.strip_suffix(".md").is_some()
                    && !house.map.contains(&format!("include_str!(\"{file}\")"))
            {
                found.push(format!("src/{file} is in no module"));
            }
            continue;
        }
        let name = file.rsplit('/').next().unwrap_or_default();
        let module = name.strip_suffix(".rs").map(|stem| format!("mod {stem};"));
        if !module.is_some_and(|module| house.map.contains(&module)) {
            found.push(format!("src/{file} is in no module"));
        }
    }
    // A room that a feature brings has its `cfg` between its line and its name.
    let lines = house.map.lines();
    let lines: Vec<&str> = lines
        .filter(|line| !line.trim_start().starts_with("#[cfg("))
        .collect();
    for pair in lines.windows(2) {
        let opens = pair[1].trim_start().starts_with("pub mod ") && pair[1].ends_with('{');
        if opens && !pair[0].trim_start().starts_with("///") {
            found.push(format!("`{}` has no line in the map", pair[1].trim()));
        }
    }
    found
}

/// Comments that send readers to a module that is not there, as in `io::store::commit`.
fn dead_signposts(house: &House) -> Vec<String> {
    let modules: BTreeSet<String> = house.files.keys().map(|file| module_of(file)).collect();
    let is_there = |path: &str| {
        let room = format!("{path}::");
        modules.contains(path) || modules.iter().any(|module| module.starts_with(&room))
    };
    let mut found = Vec::new();
    for (file, text) in house.rust() {
        for (number, line) in text.lines().enumerate() {
            let Some((_, comment)) = line.split_once("//") else {
                continue;
            };
            for path in comment.split('`').skip(1).step_by(2) {
                let parts: Vec<&str> = path.split("::").collect();
                // Modules are lower-case: `io::Error` is of the standard library.
                let is_module = |part: &&str| part.starts_with(|it: char| it.is_ascii_lowercase());
                let of_house = FLOORS.contains(&parts[0]) && parts.get(1).is_some_and(is_module);
                // The last part may be something in the module.
                let above = parts[..parts.len() - 1].join("::");
                if of_house && !is_there(path) && !modules.contains(&above) {
                    let number = number + 1;
                    found.push(format!("src/{file}:{number}: there is no `{path}`"));
                }
            }
        }
    }
    found
}

/// A rule: what it is called, and what it finds.
type Rule = (&'static str, fn(&House) -> Vec<String>);

const RULES: [Rule; 11] = [
    ("floors", upward_imports),
    ("rooms", rooms_entered),
    ("circles", circles_of),
    ("types", scattered_types),
    ("crates", strayed_crates),
    ("paths", spelled_paths),
    ("debug", debug_as_data),
    ("sizes", too_large),
    ("context", wide_parameters),
    ("map", off_the_map),
    ("signposts", dead_signposts),
];

#[test]
fn the_house_keeps_its_rules() {
    let house = House::real();
    assert!(
        house.files.len() > 100,
        "only {} files were read",
        house.files.len()
    );
    let found: Vec<String> = RULES.iter().flat_map(|(_, rule)| rule(&house)).collect();
    assert!(
        found.is_empty(),
        "{} faults:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn each_rule_finds_what_breaks_it_with_file_and_line() {
    let long = format!("fn f(\n{}\n}}\n", "    1;\n".repeat(90));
    let huge = "// x\n".repeat(501);
    for (rule, file, text, said) in [
        (
            "context",
            "ops/gc/a.rs",
            "fn f(mirror: &OpenMirror) {\n    g(&mirror.folder);\n}\n",
            "src/ops/gc/a.rs:1: of its `OpenMirror` it uses `folder` alone",
        ),
        (
            "floors",
            "io/store/a.rs",
            "//! Doc.\nuse crate::ops::fetch::x;\n",
            "src/io/store/a.rs:2: `io` reaches up to `ops`",
        ),
        (
            "floors",
            "ops/a.rs",
            "fn f() { crate::cli::run::x() }\n",
            "src/ops/a.rs:1: `ops` reaches up to `cli`",
        ),
        (
            "context",
            "ops/gc/a.rs",
            "fn f(common: &Context) {\n    g(&common.mirror, &common.mirror);\n}\n",
            "src/ops/gc/a.rs:1: of its `Context` it uses `mirror` alone",
        ),
        (
            "floors",
            "util.rs",
            "",
            "src/util.rs:1: there is no floor ``",
        ),
        (
            "floors",
            "io/a.rs",
            "use crate::{model, ops};\n",
            "src/io/a.rs:1: name the floor",
        ),
        (
            "rooms",
            "model/text.rs",
            "use crate::model::package::id::X;\n",
            "src/model/text.rs:1: `model::text` may not import `model::package`",
        ),
        (
            "rooms",
            "io/fs/file.rs",
            "use crate::io::store::registry::X;\n",
            "src/io/fs/file.rs:1: `io::fs` may not import `io::store`",
        ),
        (
            "types",
            "io/fs/file.rs",
            "impl RegistryStore {\n",
            "src/io/fs/file.rs:1: `impl RegistryStore` is not in the room",
        ),
        (
            "crates",
            "model/plan.rs",
            "use tokio::fs;\n",
            "src/model/plan.rs:1: `tokio` belongs to",
        ),
        (
            "crates",
            "ops/vendor/run.rs",
            "use toml_edit::{\n",
            "src/ops/vendor/run.rs:1: `toml_edit` belongs to",
        ),
        (
            "crates",
            "io/fs/lock.rs",
            "#[derive(clap::Args)]\n",
            "src/io/fs/lock.rs:1: `clap` belongs to",
        ),
        (
            "paths",
            "io/store/a.rs",
            "let p = mirror.join(\".mirror\");\n",
            "src/io/store/a.rs:1: `.mirror` is spelled",
        ),
        (
            "debug",
            "io/store/a.rs",
            "let key = format!(\"{location:?}\");\n",
            "src/io/store/a.rs:1: Debug output",
        ),
        (
            "sizes",
            "io/store/a.rs",
            long.as_str(),
            "src/io/store/a.rs:1: 93 lines in one function",
        ),
        (
            "sizes",
            "io/store/a.rs",
            huge.as_str(),
            "src/io/store/a.rs: 501 lines",
        ),
        (
            "map",
            "io/store/a.rs",
            "",
            "src/io/store/a.rs is in no module",
        ),
        (
            "signposts",
            "io/store/a.rs",
            "//! In groups (see `io::store::group`).\n",
            "src/io/store/a.rs:1: there is no `io::store::group`",
        ),
        (
            "map",
            "guide/stray.md",
            "",
            "src/guide/stray.md is in no module",
        ),
    ] {
        let (_, rule) = RULES.iter().find(|(name, _)| *name == rule).unwrap();
        let found = rule(&House::of(file, text));
        assert!(
            found.iter().any(|fault| fault.starts_with(said)),
            "{file}: {found:?}"
        );
    }
    let two = House {
        files: BTreeMap::from([
            (
                "ops/gc/a.rs".to_owned(),
                "use crate::ops::roots::b::X;\npub struct One;\n".to_owned(),
            ),
            (
                "ops/roots/b.rs".to_owned(),
                "use crate::ops::gc::a::Y;\npub struct One;\n".to_owned(),
            ),
        ]),
        map: "pub mod ops {\n    pub mod gc {\n".to_owned(),
    };
    assert_eq!(
        circles_of(&two),
        ["rooms `ops::gc` and `ops::roots` form a circle"]
    );
    assert!(scattered_types(&two)[0].starts_with("`One` is defined more than once on `ops`"));
    assert!(off_the_map(&two).contains(&"`pub mod gc {` has no line in the map".to_owned()));
}

#[test]
fn what_the_rules_allow_passes() {
    for (file, text) in [
        (
            "io/store/a.rs",
            "use crate::model::package::id::CrateId; // see crate::ops::fetch\n",
        ),
        (
            "cli/args.rs",
            "use clap::Parser;\nuse crate::ops::vendor::run;\n",
        ),
        (
            "model/input/lockfile.rs",
            "use my_tokio::x;\nlet reqwest = 1;\n",
        ),
    ] {
        let house = House::of(file, text);
        let rules = RULES.iter().filter(|(name, _)| *name != "map");
        let found: Vec<String> = rules.flat_map(|(_, rule)| rule(&house)).collect();
        assert_eq!(found, [""; 0], "{file}");
    }
}
