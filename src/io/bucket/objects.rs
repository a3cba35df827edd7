//! The requests that a mirror makes to an object store. Every write has a condition; there is no plain put.
//!
//! Two servers that write the same key must not lose each other's work,
//! so an object is either made where there is none, or changed from a revision that was read.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use url::Url;

use crate::model::error::{Error, Result};
use crate::model::package::checksum::Sha256;
use crate::model::units::timestamp::Timestamp;

/// A state of one object, as the store tells it apart from others. Only the store that gave it can read it.
#[derive(Clone, PartialEq, Eq)]
pub struct ObjectRevision {
    pub(super) tag: Option<String>,
    pub(super) version: Option<String>,
}

impl fmt::Debug for ObjectRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ObjectRevision")
    }
}

impl ObjectRevision {
    /// The state that has this tag.
    pub fn tagged(tag: &str) -> Self {
        Self {
            tag: Some(tag.to_owned()),
            version: None,
        }
    }

    /// What a conditional read goes by.
    pub fn tag(&self) -> Option<String> {
        self.tag.clone()
    }

    /// As text, for a note that is compared later. Empty where the store gave nothing to tell states apart by.
    pub fn noted(&self) -> String {
        // A list has tags alone, where a store gives both.
        let noted = self.tag.as_ref().or(self.version.as_ref());
        noted.cloned().unwrap_or_default()
    }
}

/// What is known of an object without its bytes.
#[derive(Debug, Clone)]
pub struct ObjectInfo {
    /// Within the mirror.
    pub key: String,
    pub length: u64,
    pub revision: ObjectRevision,
    /// By the store's clock.
    pub modified: Timestamp,
    /// What its writer said of its bytes. A list never has it.
    pub checksum: Option<Sha256>,
}

/// What was read.
#[derive(Debug)]
pub enum Fetched {
    Absent,
    /// Still the revision that is known.
    Unchanged,
    Whole(Bytes, ObjectInfo),
}

/// An object whose bytes are on their way.
pub struct OpenObject {
    pub info: ObjectInfo,
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// What must hold for a write to happen.
#[derive(Debug, Clone, Copy)]
pub enum Condition<'r> {
    /// There is no such object.
    Absent,
    /// The object is still in this state.
    Unchanged(&'r ObjectRevision),
}

/// What became of a write.
#[derive(Debug)]
pub enum PutOutcome {
    Done(ObjectRevision),
    /// The condition did not hold. If the answer to an earlier try was lost, that try may be the reason.
    Lost,
    /// No answer: it may have happened or not.
    Unknown(Error),
}

/// Decides `Content-Type`, `Cache-Control` and, for a crate, the SHA-256 attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// Never changes.
    Crate(Sha256),
    Index,
    /// The same of a hosted registry, which not everybody may read.
    Published(Sha256),
    PublishedIndex,
    /// The program's own.
    Record,
}

pub type Answer<'a, T> = BoxFuture<'a, Result<T>>;

/// The way to one mirror in one bucket. Keys are within the mirror.
///
/// A trait, because a program may be built without the crate that talks to object stores.
pub trait ObjectClient: Send + Sync + fmt::Debug {
    /// A whole object, unless it is still in a state that is known.
    fn get<'a>(&'a self, key: &'a str, known: Option<&'a ObjectRevision>) -> Answer<'a, Fetched>;
    /// An object from a byte on; `None` where there is none.
    fn open<'a>(&'a self, key: &'a str, from: u64) -> Answer<'a, Option<OpenObject>>;
    fn head<'a>(&'a self, key: &'a str) -> Answer<'a, Option<ObjectInfo>>;
    fn put<'a>(
        &'a self,
        key: &'a str,
        bytes: Bytes,
        kind: ObjectKind,
        condition: Condition<'a>,
    ) -> Answer<'a, PutOutcome>;
    /// No error where there is none.
    fn delete<'a>(&'a self, key: &'a str) -> Answer<'a, ()>;
    /// The objects whose keys begin with a folder, in order of their keys where the store lists in order.
    fn list<'a>(&'a self, folder: &'a str) -> BoxStream<'a, Result<ObjectInfo>>;
    /// The same from behind a key on.
    fn list_after<'a>(
        &'a self,
        folder: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<ObjectInfo>>;
    /// Whether the store itself begins a list at any key. Elsewhere each such list is one of everything.
    fn lists_from_any_key(&self) -> bool;
    /// An address under which anybody may read an object for so long; `None` where the login cannot sign.
    fn sign<'a>(&'a self, key: &'a str, holds: Duration) -> Answer<'a, Option<Url>>;
    /// Whether an address with a plus sign that is not encoded, as cargo asks for one, means a key with a blank.
    fn reads_plus_as_blank(&self) -> bool;
}
