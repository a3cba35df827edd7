//! Bytes that the system holds in pages of its own, to send them as often as it is told to without another copy. Only Linux
//! can; elsewhere nothing is ever lent, and everything is written as usual.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
pub use system::{SealedMemory, send_with_more};

/// Shorter parts are as quickly copied.
pub const MIN_SENDFILE_BYTES: usize = 16 << 10;

/// How much may be lent, and how many files that may take: connections need theirs.
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

    /// Budget for one file of so many bytes, for as long as what comes back lives.
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

    /// Bytes, and the same bytes in a file without a name that nobody can change any more.
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

        /// Sends some of so many bytes from `at` on, and says how many.
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
