//! Sealed memory: bytes in a `memfd` that the kernel sends with `sendfile`, without a copy for each answer.
//!
//! - **Buys**: answers of 16 KiB and more from memory cost no copy into the socket; see the row "crate" of
//!   `tests/bench/serve.sh`, where it is the difference between slower and faster than nginx.
//! - **Assumes**: Linux; `memfd_create` with seals, so that bytes that were hashed cannot change afterwards. [`offset_of`]
//!   compares addresses: the slice that hyper writes is a part of the very allocation whose copy is in the `memfd`. `Bytes`
//!   never moves its allocation, and this type keeps it alive.
//! - **Fails safe**: without the budget, the system call or Linux, `new` returns `None` and everything is written as usual.
//!   A slice of another allocation has no offset, however equal its bytes are.
//! - **To delete it**: remove this file, `SendfileSocket` and `SendfileHint` in `serve/net/socket.rs`, and
//!   `CachedAnswer::lent`; connections then use the `TcpStream` itself.
//!
//! [`offset_of`]: SealedMemory::offset_of

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
pub use system::{SealedMemory, send_with_more};

/// Minimum size for `sendfile`; copying smaller parts is as fast.
pub const MIN_SENDFILE_BYTES: usize = 16 << 10;

/// Bytes and files that sealed memory may take: connections need file descriptors too.
#[derive(Debug)]
pub struct Budget {
    bytes: AtomicUsize,
    files: AtomicUsize,
}

impl Budget {
    pub fn new(bytes: usize, files: usize) -> Self {
        Self {
            bytes: AtomicUsize::new(bytes),
            files: AtomicUsize::new(files),
        }
    }

    /// Takes the budget of one file of `bytes` bytes until the result is dropped.
    fn take(self: &Arc<Self>, bytes: usize) -> Option<Allotment> {
        let less = |of: &AtomicUsize, by: usize| {
            of.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(by)
            })
            .is_ok()
        };
        if !less(&self.files, 1) {
            return None;
        }
        if !less(&self.bytes, bytes) {
            self.files.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let room = Arc::clone(self);
        Some(Allotment { room, bytes })
    }
}

#[derive(Debug)]
struct Allotment {
    room: Arc<Budget>,
    bytes: usize,
}

impl Drop for Allotment {
    fn drop(&mut self) {
        self.room.bytes.fetch_add(self.bytes, Ordering::Relaxed);
        self.room.files.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs::File;
    use std::io::{self, Write};
    use std::sync::Arc;

    use bytes::Bytes;
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create, sendfile};
    use rustix::net::{SendFlags, send};
    use tokio::net::TcpStream;

    use super::{Allotment, Budget};

    /// Bytes, and the same bytes in a sealed `memfd`.
    #[derive(Debug)]
    pub struct SealedMemory {
        bytes: Bytes,
        file: File,
        _place: Allotment,
    }

    impl SealedMemory {
        /// `None`: there is no room for them.
        pub fn new(bytes: &Bytes, room: &Arc<Budget>) -> Option<Self> {
            let place = room.take(bytes.len())?;
            let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
            let mut file = File::from(memfd_create("cargo-mirror", flags).ok()?);
            file.write_all(bytes).ok()?;
            let seals = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
            fcntl_add_seals(&file, seals).ok()?;
            Some(Self {
                bytes: bytes.clone(),
                file,
                _place: place,
            })
        }

        /// Where this slice begins, if it is a part of these bytes: of these very ones, not of some that are equal.
        pub fn offset_of(&self, slice: &[u8]) -> Option<usize> {
            let at = slice
                .as_ptr()
                .addr()
                .checked_sub(self.bytes.as_ptr().addr())?;
            (at + slice.len() <= self.bytes.len()).then_some(at)
        }

        /// Sends up to `length` bytes from `at` on, and returns how many.
        pub fn send(&self, to: &TcpStream, at: usize, length: usize) -> io::Result<usize> {
            let mut offset = at as u64;
            Ok(sendfile(to, &self.file, Some(&mut offset), length)?)
        }
    }

    /// Sends what will be followed by more at once: it may wait for that.
    pub fn send_with_more(to: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        let flags = SendFlags::MORE | SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        Ok(send(to, bytes, flags)?)
    }

    #[cfg(test)]
    mod tests {
        use std::os::unix::fs::FileExt;

        use super::*;

        #[test]
        fn only_the_very_same_bytes_have_a_place() {
            let room = Arc::new(Budget::new(1000, 10));
            let bytes = Bytes::from(vec![7; 100]);
            let lent = SealedMemory::new(&bytes, &room).unwrap();
            assert_eq!(lent.offset_of(&bytes), Some(0));
            assert_eq!(lent.offset_of(&bytes[40..90]), Some(40));
            assert_eq!(lent.offset_of(&bytes[100..]), Some(100));
            assert_eq!(lent.offset_of(&[7; 100]), None);
            let around = Bytes::from(vec![7; 300]);
            let lent = SealedMemory::new(&around.slice(100..200), &room).unwrap();
            assert_eq!(lent.offset_of(&around[99..150]), None);
            assert_eq!(lent.offset_of(&around[150..201]), None);
            assert_eq!(lent.offset_of(&around[150..200]), Some(50));
        }

        #[test]
        fn what_is_lent_can_no_longer_change() {
            let room = Arc::new(Budget::new(1000, 10));
            let lent = SealedMemory::new(&Bytes::from_static(b"crate"), &room).unwrap();
            assert!(lent.file.write_at(b"x", 0).is_err());
            assert!(lent.file.set_len(3).is_err());
            let mut there = [0; 5];
            lent.file.read_exact_at(&mut there, 0).unwrap();
            assert_eq!(&there, b"crate");
        }

        #[test]
        fn no_more_is_lent_than_there_is_room() {
            let room = Arc::new(Budget::new(250, 2));
            let bytes = Bytes::from(vec![7; 100]);
            let lend = || SealedMemory::new(&bytes, &room);
            let (one, two) = (lend().unwrap(), lend().unwrap());
            assert!(lend().is_none());
            drop(one);
            let large = Bytes::from(vec![7; 200]);
            assert!(SealedMemory::new(&large, &room).is_none());
            drop(two);
            assert!(SealedMemory::new(&large, &room).is_some());
            assert!(lend().is_some());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::sync::Arc;

    use bytes::Bytes;
    use tokio::net::TcpStream;

    use super::Budget;

    /// There is none.
    #[derive(Debug)]
    pub enum SealedMemory {}

    impl SealedMemory {
        pub fn new(bytes: &Bytes, room: &Arc<Budget>) -> Option<Self> {
            // Taken and given back: there is no way to lend.
            drop(room.take(bytes.len()));
            None
        }

        pub fn offset_of(&self, _: &[u8]) -> Option<usize> {
            match *self {}
        }

        pub fn send(&self, _: &TcpStream, _: usize, _: usize) -> io::Result<usize> {
            match *self {}
        }
    }

    pub fn send_with_more(to: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        to.try_write(bytes)
    }
}
