//! A folder that is held open, so that the path to it is not walked for each of the hundreds of thousands of files that a
//! copy of a registry has in it, and files that get a name there only when they are whole.
//!
//! Linux has the calls for it. Elsewhere the files are looked for by their paths, and no file is without a name.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::io::fs::file::modified_set;

/// A folder that is held open.
#[derive(Debug)]
pub struct HeldFolder {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    held: system::Held,
}

#[cfg(target_os = "linux")]
mod system {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::fd::OwnedFd;
    use rustix::fs::{
        Access, AtFlags, Mode, OFlags, accessat, fstat, linkat, open, openat, stat, utimensat,
    };
    use rustix::io::Errno;

    use super::{File, HeldFolder, Path, SystemTime, io};
    use crate::io::fs::file::timestamps;

    #[derive(Debug)]
    pub(super) struct Held {
        folder: OwnedFd,
        /// Whether a file may be without a name for a while: not every file system lets it, and not every kernel names it.
        late_names: AtomicBool,
    }

    impl HeldFolder {
        /// Opens it.
        pub fn open(path: &Path) -> io::Result<Self> {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self {
                path: path.to_owned(),
                held: Held {
                    folder: open(path, flags, Mode::empty())?,
                    late_names: AtomicBool::new(true),
                },
            })
        }

        /// Whether its path still leads to it: it may have been moved away, and another may stand in its place.
        pub fn is_at_its_path(&self) -> bool {
            match (fstat(&self.held.folder), stat(&self.path)) {
                (Ok(held), Ok(there)) => (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino),
                _ => false,
            }
        }

        /// Whether there is a file of this name.
        pub fn has(&self, name: &str) -> bool {
            accessat(&self.held.folder, name, Access::EXISTS, AtFlags::empty()).is_ok()
        }

        pub(super) fn set_time(&self, name: &str, time: SystemTime) -> io::Result<()> {
            let times = timestamps(time)?;
            Ok(utimensat(
                &self.held.folder,
                name,
                &times,
                AtFlags::empty(),
            )?)
        }

        /// A file without a name, which is gone if it never gets one. `None`: it needs one from the beginning here.
        pub fn unnamed(&self) -> Option<File> {
            if !self.held.late_names.load(Ordering::Relaxed) {
                return None;
            }
            let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
            let opened = openat(&self.held.folder, ".", flags, Mode::from_raw_mode(0o666));
            if opened.is_err() {
                self.held.late_names.store(false, Ordering::Relaxed);
            }
            opened.ok().map(File::from)
        }

        /// Gives a file its name. `false`: it cannot be, or the name is another's.
        pub fn give_name(&self, file: &File, name: &str) -> bool {
            match linkat(file, "", &self.held.folder, name, AtFlags::EMPTY_PATH) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                // Before Linux 6.10 only who may read every file may do this.
                Err(_) => {
                    self.held.late_names.store(false, Ordering::Relaxed);
                    false
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{File, HeldFolder, Path, SystemTime, io};
    use crate::io::fs::file;

    impl HeldFolder {
        /// Names it: nothing is opened.
        pub fn open(path: &Path) -> io::Result<Self> {
            Ok(Self {
                path: path.to_owned(),
            })
        }

        /// Whether its path still leads to it: nothing else does.
        pub fn is_at_its_path(&self) -> bool {
            true
        }

        /// Whether there is a file of this name.
        pub fn has(&self, name: &str) -> bool {
            self.path.join(name).exists()
        }

        pub(super) fn set_time(&self, name: &str, time: SystemTime) -> io::Result<()> {
            file::set_time(&self.path.join(name), time)
        }

        /// `None`: a file needs a name from the beginning here.
        pub fn unnamed(&self) -> Option<File> {
            None
        }

        /// `false`: no file is without a name here.
        pub fn give_name(&self, _file: &File, _name: &str) -> bool {
            false
        }
    }
}

impl HeldFolder {
    /// Sets the modification time of a file in it.
    pub fn set_modified(&self, name: &str, time: SystemTime) -> io::Result<()> {
        self.set_time(name, time)?;
        if cfg!(debug_assertions) {
            modified_set(&self.path.join(name), time);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::time::Duration;

    use super::*;

    #[test]
    fn files_are_found_and_dated_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let held = HeldFolder::open(folder.path()).unwrap();
        fs::write(folder.path().join("here"), "bytes").unwrap();
        assert!(held.has("here") && !held.has("there"));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_152_704_088);
        held.set_modified("here", time).unwrap();
        let meta = fs::metadata(folder.path().join("here")).unwrap();
        assert_eq!(meta.modified().unwrap(), time);
        assert!(held.set_modified("there", time).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_was_moved_away_is_known() {
        let parent = tempfile::tempdir().unwrap();
        let (path, aside) = (parent.path().join("folder"), parent.path().join("aside"));
        fs::create_dir(&path).unwrap();
        let held = HeldFolder::open(&path).unwrap();
        assert!(held.is_at_its_path());
        fs::rename(&path, &aside).unwrap();
        assert!(!held.is_at_its_path());
        fs::create_dir(&path).unwrap();
        assert!(!held.is_at_its_path());
    }

    #[test]
    fn a_name_comes_late_and_takes_no_others_place() {
        let folder = tempfile::tempdir().unwrap();
        let held = HeldFolder::open(folder.path()).unwrap();
        let Some(mut file) = held.unnamed() else {
            // Elsewhere, and on file systems that cannot.
            return;
        };
        file.write_all(b"whole").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let named = held.give_name(&file, "name");
        assert_eq!(named, held.has("name"));
        if named {
            assert_eq!(fs::read(folder.path().join("name")).unwrap(), b"whole");
            assert!(!held.give_name(&held.unnamed().unwrap(), "name"));
            assert_eq!(fs::read(folder.path().join("name")).unwrap(), b"whole");
        }
    }
}
