//! The real git, asked.

use std::path::Path;
use std::process::{Command, Stdio};

/// Whether git would leave `path` out of the repository that `folder` is in. Without git or repository: no.
pub fn ignores(folder: &Path, path: &Path) -> bool {
    let mut command = Command::new("git");
    command
        .args(["check-ignore", "--quiet"])
        .arg(path)
        .current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
