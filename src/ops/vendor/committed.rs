//! A mirror in a work tree of git: what it needs so that a commit of it, and every clone, has exactly its bytes.

use crate::io::git::work_tree;
use crate::model::error::Result;
use crate::model::event::Event;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::fetch::git_package::lossy;

/// Gives such a mirror its rules, and says which files git would change or leave out all the same. `changed`: this run has
/// added something.
pub fn prepare(open: &OpenMirror, changed: bool) -> Result<()> {
    let mirror = &open.folder;
    if !mirror.is_dir() || !work_tree::takes(mirror) {
        return Ok(());
    }
    if !work_tree::write_rules(mirror)? && !changed {
        return Ok(());
    }
    let unfit = work_tree::unfit(mirror);
    let warn = |paths: &[String], what: &str, help: &str| {
        if let Some((first, more)) = paths.split_first() {
            let more = match more.len() {
                0 => String::new(),
                number => format!(" and {number} more"),
            };
            (open.watch)(&Event::Warning {
                message: format!("git {what} `{}`{more} of the mirror", lossy(first)),
                help: Some(help.to_owned()),
            });
        }
    };
    warn(
        &unfit.ignored,
        "ignores, and a commit would not have,",
        "add them with `git add --force`, or put a line `!*` at the end of the mirror's .gitignore",
    );
    warn(
        &unfit.converting,
        "converts files of a commit by",
        "a clone may have other bytes, which `cargo mirror verify` finds there; a line `* -text` in \
         .gitattributes of the mirror keeps git from that",
    );
    Ok(())
}
