//! Files: read with a bound, written beside and renamed, so that nothing is ever seen half-written.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::io::fs::error::{if_there, io_error};
use crate::io::fs::sync;
use crate::io::fs::trace::{self, Change, FlushScope};
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::model::units::timestamp::Timestamp;

/// Reads a whole file of at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let failed = || io_error(Action::Read, path);
    let file = File::open(path).map_err(failed())?;
    let meta = file.metadata().map_err(failed())?;
    if meta.is_dir() {
        return Err(failed()(io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(limit)).unwrap_or_default());
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed())?;
    if bytes.len() as u64 > limit {
        return Err(Error::Fs(FsError::TooLarge {
            path: path.to_owned(),
            limit,
        }));
    }
    Ok(bytes)
}

/// Reads a text of at most `limit` bytes.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|cause| {
        let at = cause.utf8_error().valid_up_to();
        let message = format!("it is not UTF-8 text (byte {at})");
        io_error(Action::Read, path)(io::Error::new(io::ErrorKind::InvalidData, message))
    })
}

pub fn create_dir_all(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(io_error(Action::Create, path))
}

/// Makes a folder and those above it that are not there. Returns the ones that were made, the outermost first.
pub fn create_missing(path: &Path) -> Result<Vec<PathBuf>> {
    let missing = path.ancestors().take_while(|folder| !folder.exists());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    create_dir_all(path)?;
    Ok(missing)
}

/// Takes such folders away again, as far as nothing is in them.
pub fn remove_created(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// How a person's file is called while it is written.
const PREFIX: &str = ".cargo-mirror-";

const SUFFIX: &str = ".tmp";

/// Replaces a person's file: through symbolic links, keeping its permissions, whole or not at all.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    replace_bytes(path, text.as_bytes())
}

/// The same for what is no text.
pub fn replace_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = || io_error(Action::Write, &target);
    let folder = target.parent().unwrap_or(Path::new("."));
    create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask applies; tempfile's own default would hide a new config from everybody else.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = temporary(folder, &mut builder).map_err(failed())?;
    if let Ok(meta) = fs::metadata(&target) {
        file.as_file()
            .set_permissions(meta.permissions())
            .map_err(failed())?;
    }
    file.write_all(bytes).map_err(failed())?;
    trace::done(Change::Write(file.path(), bytes));
    trace::flush(FlushScope::File(file.path()), || file.as_file().sync_all()).map_err(failed())?;
    test_kill("config-temp-written");
    let temporary = file.path().to_owned();
    file.persist(&target)
        .map_err(|error| failed()(error.error))?;
    trace::done(Change::Rename(&temporary, &target));
    test_kill("config-renamed");
    // The new name outlives a power cut too, where folders can be flushed; the bytes are safe either way.
    let _ = sync::folder(folder);
    Ok(())
}

/// Replaces a file of our own, whole or not at all. It is not flushed: who reads it must be able to do without it.
pub fn replace_own(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_unflushed(path, bytes, &mut tempfile::Builder::new())
}

/// The same for a file that others may read, as far as the umask lets them.
pub fn replace_shared(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    replace_unflushed(path, bytes, &mut builder)
}

fn replace_unflushed(
    path: &Path,
    bytes: &[u8],
    builder: &mut tempfile::Builder<'_, '_>,
) -> Result<()> {
    let failed = || io_error(Action::Write, path);
    let folder = path.parent().unwrap_or(Path::new("."));
    create_dir_all(folder)?;
    let mut file = temporary(folder, builder).map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    let whole = file.into_temp_path();
    rename(&whole, path)
}

/// A file of our own that grows in `folder` and is given its name by [`rename`] once it is whole. It goes where that never
/// happens, and what killed runs left goes too.
pub fn begin_own(folder: &Path) -> Result<tempfile::NamedTempFile> {
    create_dir_all(folder)?;
    temporary(folder, &mut tempfile::Builder::new()).map_err(io_error(Action::Write, folder))
}

/// Reads up to `length` bytes from `offset` on, fewer where the file ends. The file's own position may change.
pub fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut read = 0;
    while read < length {
        match read_some(file, &mut bytes[read..], offset + read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    bytes.truncate(read);
    Ok(bytes)
}

/// Reads what comes at once from `offset` on; nothing at the end of the file.
#[cfg(unix)]
pub fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Replaces a file that only its user may read (0600 on Unix), whole or not at all, and flushed. Its folder must be there.
pub fn replace_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = || io_error(Action::Write, path);
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are made for their user alone.
    let mut file = temporary(folder, &mut tempfile::Builder::new()).map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    trace::done(Change::Write(file.path(), bytes));
    trace::flush(FlushScope::File(file.path()), || file.as_file().sync_all()).map_err(failed())?;
    test_kill("secret-temp-written");
    let whole = file.into_temp_path();
    rename(&whole, path)?;
    test_kill("secret-renamed");
    sync::folder(folder)
}

/// Makes a folder, and those above it, that only their user may look into (0700 on Unix). Folders that are there stay as
/// they are.
pub fn create_private_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(io_error(Action::Create, path))?;
    above.map_or(Ok(()), sync::folder)
}

/// Opens a file that only its user may read (0600 on Unix) to read it and to append to it.
pub fn open_private_log(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(io_error(Action::Write, path))
}

/// A file in `folder` that goes unless it is given a name, and what killed runs left there goes too.
fn temporary(
    folder: &Path,
    builder: &mut tempfile::Builder<'_, '_>,
) -> io::Result<tempfile::NamedTempFile> {
    let file = builder.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
    sweep(folder, file.as_file());
    Ok(file)
}

/// Removes what runs that were killed left beside a person's file: our temporary files that are a minute older than
/// `newest`, by the clock of their own file system. Writing one takes milliseconds.
fn sweep(folder: &Path, newest: &File) {
    const LONG_AGO: Duration = Duration::from_mins(1);
    let Ok(now) = newest.metadata().and_then(|meta| meta.modified()) else {
        return;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let written = entry.metadata().and_then(|meta| meta.modified());
        let age = written.map(|written| now.duration_since(written).unwrap_or_default());
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && age.is_ok_and(|age| age > LONG_AGO)
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes a file that this program had made, and its folder if nothing else is in it.
pub fn remove_made_by_us(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(io_error(Action::Remove, path))?;
    if let Some(folder) = path.parent().filter(|folder| folder.ends_with(".cargo")) {
        // Fails, as it should, where something else is in it.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Renames a file.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    rename_quietly(from, to)?;
    trace::done(Change::Rename(from, to));
    Ok(())
}

/// Lets two names change places at once, so that neither is ever without something. `false`: this system cannot.
#[cfg(target_os = "linux")]
pub fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let exchanged = renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok();
    if exchanged {
        trace::done(Change::Rename(one, other));
    }
    exchanged
}

#[cfg(not(target_os = "linux"))]
pub fn exchange(_one: &Path, _other: &Path) -> bool {
    false
}

/// Renames a folder with these files in it. The log knows only files.
pub fn rename_folder(from: &Path, to: &Path, files: &[PathBuf]) -> Result<()> {
    rename_quietly(from, to)?;
    for file in files {
        let inner = file.strip_prefix(from).unwrap_or(file);
        trace::done(Change::Rename(file, &to.join(inner)));
    }
    Ok(())
}

/// Tries again for a moment where a virus scanner holds one of the two (Windows).
fn rename_quietly(from: &Path, to: &Path) -> Result<()> {
    let mut left = if cfg!(windows) { 10 } else { 0 };
    loop {
        match fs::rename(from, to) {
            Ok(()) => return Ok(()),
            Err(cause) if left > 0 && cause.kind() == io::ErrorKind::PermissionDenied => {
                left -= 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(cause) => return Err(io_error(Action::Write, to)(cause)),
        }
    }
}

/// Writes a file that was not there before.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(io_error(Action::Write, path))?;
    if let Err(cause) = file.write_all(bytes) {
        // Half of it on a disk that is full is in the way of the next try.
        drop(file);
        let _ = fs::remove_file(path);
        return Err(io_error(Action::Write, path)(cause));
    }
    trace::done(Change::Write(path, bytes));
    Ok(())
}

/// Removes a file; one that is not there is as good as removed.
pub fn remove(path: &Path) -> Result<()> {
    if_there(fs::remove_file(path).map_err(io_error(Action::Remove, path)))?;
    trace::done(Change::Remove(path));
    Ok(())
}

/// A file's modification time.
pub fn modified(path: &Path) -> Result<Timestamp> {
    fs::metadata(path)
        .and_then(|meta| meta.modified())
        .map(Timestamp::from)
        .map_err(io_error(Action::LookAt, path))
}

/// Sets a file's modification time.
pub fn set_modified(path: &Path, time: SystemTime) -> io::Result<()> {
    set_time(path, time)?;
    modified_set(path, time);
    Ok(())
}

/// One call to the system in place of three.
#[cfg(target_os = "linux")]
fn set_time(path: &Path, time: SystemTime) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, utimensat};
    Ok(utimensat(CWD, path, &timestamps(time)?, AtFlags::empty())?)
}

/// This modification time, and whatever time of access the file has.
#[cfg(target_os = "linux")]
pub(super) fn timestamps(time: SystemTime) -> io::Result<rustix::fs::Timestamps> {
    use rustix::fs::{Timespec, Timestamps, UTIME_OMIT};
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let since = since.map_err(io::Error::other)?;
    Ok(Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: i64::try_from(since.as_secs()).map_err(io::Error::other)?,
            tv_nsec: i64::from(since.subsec_nanos()),
        },
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn set_time(path: &Path, time: SystemTime) -> io::Result<()> {
    File::options().append(true).open(path)?.set_modified(time)
}

pub(super) fn modified_set(path: &Path, time: SystemTime) {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    trace::done(Change::Time(path, since.unwrap_or_default().as_secs()));
}

/// Sets the modification time of a file that is open; `path` is for the log.
pub fn set_open_modified(path: &Path, file: &File, time: SystemTime) -> io::Result<()> {
    file.set_modified(time)?;
    modified_set(path, time);
    Ok(())
}

/// The file's absolute path without `.` and `..`, whether it exists or not.
pub fn absolute(path: &Path, cwd: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for component in cwd.join(path).components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
    }
    whole
}

/// In debug builds only: ends the process at the n-th time of a write step, named in `CARGO_MIRROR_TEST_KILL` as
/// `step:n`. The crash tests walk through every step this way.
#[cfg(debug_assertions)]
pub fn test_kill(step: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static SEEN: AtomicU32 = AtomicU32::new(0);
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for tests, absent from release builds"
    )]
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("CARGO_MIRROR_TEST_KILL").ok()?;
        let (step, count) = text.split_once(':')?;
        Some((step.to_owned(), count.parse().ok()?))
    });
    if let Some((wanted, count)) = wanted
        && wanted == step
        && SEEN.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub fn test_kill(_step: &str) {}
