//! Bytes that the system holds in pages of its own, to send them as often as it is told to without another copy. Only Linux
//! can; elsewhere nothing is ever lent, and everything is written as usual.

pub use system::{Lent, send_with_more};

/// Shorter parts are as quickly copied.
pub const WORTH_IT: usize = 16 << 10;

#[cfg(target_os = "linux")]
mod system {
    use std::fs::File;
    use std::io::{self, Write};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create, sendfile};
    use rustix::net::{SendFlags, send};
    use rustix::process::{Resource, getrlimit};
    use tokio::net::TcpStream;

    /// Each is an open file, and connections need theirs: this many at most, and no more than a quarter of what is allowed.
    const MOST: usize = 4096;
    static THERE_ARE: AtomicUsize = AtomicUsize::new(0);

    /// Bytes, and the same bytes in a file without a name that nobody can change any more.
    #[derive(Debug)]
    pub struct Lent {
        bytes: Bytes,
        file: File,
    }

    impl Lent {
        /// `None`: the system has no room for them.
        pub fn new(bytes: &Bytes) -> Option<Self> {
            let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX) / 4;
            let allowed = usize::try_from(allowed).unwrap_or(MOST).min(MOST);
            let counted = Counted::new();
            if counted.number >= allowed {
                return None;
            }
            let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
            let mut file = File::from(memfd_create("crate", flags).ok()?);
            file.write_all(bytes).ok()?;
            let seals = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
            fcntl_add_seals(&file, seals).ok()?;
            counted.keep();
            Some(Self {
                bytes: bytes.clone(),
                file,
            })
        }

        /// Where this slice begins, if it is a part of these bytes: of these very ones, not of some that are equal.
        pub fn place_of(&self, slice: &[u8]) -> Option<usize> {
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

    impl Drop for Lent {
        fn drop(&mut self) {
            THERE_ARE.fetch_sub(1, Ordering::Relaxed);
        }
    }

    struct Counted {
        /// How many there were before.
        number: usize,
    }

    impl Counted {
        fn new() -> Self {
            Self {
                number: THERE_ARE.fetch_add(1, Ordering::Relaxed),
            }
        }

        fn keep(self) {
            std::mem::forget(self);
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            THERE_ARE.fetch_sub(1, Ordering::Relaxed);
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
            let bytes = Bytes::from(vec![7; 100]);
            let lent = Lent::new(&bytes).unwrap();
            assert_eq!(lent.place_of(&bytes), Some(0));
            assert_eq!(lent.place_of(&bytes[40..90]), Some(40));
            assert_eq!(lent.place_of(&bytes[100..]), Some(100));
            assert_eq!(lent.place_of(&[7; 100]), None);
            let around = Bytes::from(vec![7; 300]);
            let lent = Lent::new(&around.slice(100..200)).unwrap();
            assert_eq!(lent.place_of(&around[99..150]), None);
            assert_eq!(lent.place_of(&around[150..201]), None);
            assert_eq!(lent.place_of(&around[150..200]), Some(50));
        }

        #[test]
        fn what_is_lent_can_no_longer_change() {
            let lent = Lent::new(&Bytes::from_static(b"crate")).unwrap();
            assert!(lent.file.write_at(b"x", 0).is_err());
            assert!(lent.file.set_len(3).is_err());
            let mut there = [0; 5];
            lent.file.read_exact_at(&mut there, 0).unwrap();
            assert_eq!(&there, b"crate");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;

    use bytes::Bytes;
    use tokio::net::TcpStream;

    /// There is none.
    #[derive(Debug)]
    pub enum Lent {}

    impl Lent {
        pub fn new(_: &Bytes) -> Option<Self> {
            None
        }

        pub fn place_of(&self, _: &[u8]) -> Option<usize> {
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
