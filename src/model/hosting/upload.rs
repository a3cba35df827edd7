//! The body of a publish: two lengths, two parts.
//!
//! ```text
//! u32 LE n | n bytes of JSON | u32 LE m | m bytes of the .crate | nothing
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::text::printable;

/// Why a body is no publish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUpload {
    #[error(
        "the metadata in front of the crate is {length} bytes, and this registry takes no more than {limit}"
    )]
    Metadata { length: u64, limit: u64 },
    #[error("the crate is {length} bytes, and this registry takes no more than {limit}")]
    Crate { length: u64, limit: u64 },
    #[error("the metadata in front of the crate is not what cargo sends: {}", printable(.0))]
    Json(String),
    #[error("the body ends in the middle: it says that {expected} more bytes of {part} follow")]
    Short { part: &'static str, expected: u64 },
    #[error("more follows the crate")]
    Long,
}

/// What cargo says of a package that it sends (`NewCrate` in its crates-io crate).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UploadMetadata {
    pub name: String,
    pub vers: String,
    #[serde(default)]
    pub deps: Vec<UploadDependency>,
    #[serde(default)]
    pub features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub links: Option<String>,
    #[serde(default)]
    pub rust_version: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UploadDependency {
    /// What to fetch.
    pub name: String,
    pub version_req: String,
    #[serde(default)]
    pub features: Vec<String>,
    #[serde(default)]
    pub optional: bool,
    #[serde(default = "yes")]
    pub default_features: bool,
    #[serde(default)]
    pub target: Option<String>,
    #[serde(default)]
    pub kind: Option<String>,
    /// `None`: the registry that it is published to.
    #[serde(default)]
    pub registry: Option<String>,
    /// What the code says, where it is another name.
    #[serde(default)]
    pub explicit_name_in_toml: Option<String>,
}

fn yes() -> bool {
    true
}

/// Takes a body apart as it arrives. Pure: whatever a stranger sends, no more is held than the bounds say.
#[derive(Debug)]
pub struct Framing {
    limits: Limits,
    state: State,
}

/// In bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    metadata: u64,
    krate: u64,
}

#[derive(Debug)]
enum State {
    MetadataLength(Vec<u8>),
    Metadata { left: u64, text: Vec<u8> },
    CrateLength(Vec<u8>),
    Crate { left: u64 },
}

/// A part of a body.
#[derive(Debug, PartialEq, Eq)]
pub enum UploadPart<'b> {
    /// Comes once, first.
    Metadata(Box<UploadMetadata>),
    /// How many bytes the crate has. Comes once, after the metadata.
    Length(u64),
    /// A piece of the crate.
    Bytes(&'b [u8]),
}

impl Framing {
    /// Bounds are in bytes.
    pub fn new(metadata: u64, krate: u64) -> Self {
        Self {
            limits: Limits { metadata, krate },
            state: State::MetadataLength(Vec::new()),
        }
    }

    /// The next part, out of the front of `bytes`. `None`: more bytes are needed.
    pub fn next<'b>(&mut self, bytes: &mut &'b [u8]) -> Result<Option<UploadPart<'b>>, BadUpload> {
        loop {
            match &mut self.state {
                State::MetadataLength(length) => {
                    let Some(length) = number(length, bytes) else {
                        return Ok(None);
                    };
                    let limit = self.limits.metadata;
                    if length > limit {
                        return Err(BadUpload::Metadata { length, limit });
                    }
                    let text = Vec::new();
                    self.state = State::Metadata { left: length, text };
                }
                State::Metadata { left, text } => {
                    let piece = take(left, bytes);
                    text.extend_from_slice(piece);
                    if *left > 0 {
                        return Ok(None);
                    }
                    let read = serde_json::from_slice(text);
                    let read = read.map_err(|cause| BadUpload::Json(cause.to_string()))?;
                    self.state = State::CrateLength(Vec::new());
                    return Ok(Some(UploadPart::Metadata(read)));
                }
                State::CrateLength(length) => {
                    let Some(length) = number(length, bytes) else {
                        return Ok(None);
                    };
                    let limit = self.limits.krate;
                    if length > limit {
                        return Err(BadUpload::Crate { length, limit });
                    }
                    self.state = State::Crate { left: length };
                    return Ok(Some(UploadPart::Length(length)));
                }
                State::Crate { left } => {
                    if bytes.is_empty() {
                        return Ok(None);
                    }
                    if *left == 0 {
                        return Err(BadUpload::Long);
                    }
                    return Ok(Some(UploadPart::Bytes(take(left, bytes))));
                }
            }
        }
    }

    /// At the end of the body: whether all of it has come.
    pub fn end(&self) -> Result<(), BadUpload> {
        let (part, expected) = match &self.state {
            State::MetadataLength(length) => ("the metadata's length", 4 - length.len() as u64),
            State::Metadata { left, .. } => ("the metadata", *left),
            State::CrateLength(length) => ("the crate's length", 4 - length.len() as u64),
            State::Crate { left: 0 } => return Ok(()),
            State::Crate { left } => ("the crate", *left),
        };
        Err(BadUpload::Short { part, expected })
    }
}

/// Four bytes, the lowest first, as soon as they are there.
fn number(length: &mut Vec<u8>, bytes: &mut &[u8]) -> Option<u64> {
    let mut lacking = 4 - length.len() as u64;
    length.extend_from_slice(take(&mut lacking, bytes));
    let four: [u8; 4] = length.as_slice().try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(four)))
}

/// At most `left` bytes off the front.
fn take<'b>(left: &mut u64, bytes: &mut &'b [u8]) -> &'b [u8] {
    let most = usize::try_from(*left)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let (piece, rest) = bytes.split_at(most);
    (*left, *bytes) = (*left - most as u64, rest);
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(json: &str, bytes: &[u8]) -> Vec<u8> {
        let length = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
        [
            &length(json.len()),
            json.as_bytes(),
            &length(bytes.len()),
            bytes,
        ]
        .concat()
    }

    fn read(body: &[u8], piece: usize) -> Result<(String, Vec<u8>), BadUpload> {
        let mut framing = Framing::new(100, 100);
        let (mut name, mut krate) = (String::new(), Vec::new());
        for mut bytes in body.chunks(piece.max(1)) {
            while let Some(part) = framing.next(&mut bytes)? {
                match part {
                    UploadPart::Metadata(metadata) => name = metadata.name,
                    UploadPart::Length(_) => {}
                    UploadPart::Bytes(bytes) => krate.extend_from_slice(bytes),
                }
            }
        }
        framing.end().map(|()| (name, krate))
    }

    #[test]
    fn a_body_is_taken_apart_in_pieces_of_any_size() {
        let whole = body(r#"{"name":"a","vers":"1.0.0"}"#, b"bytes");
        for piece in 1..=whole.len() {
            let read = read(&whole, piece);
            assert_eq!(read, Ok(("a".to_owned(), b"bytes".to_vec())), "{piece}");
        }
        let empty = body(r#"{"name":"a","vers":"1.0.0"}"#, b"");
        assert_eq!(read(&empty, 7), Ok(("a".to_owned(), Vec::new())));
    }

    #[test]
    fn lengths_that_lie_are_told() {
        let whole = body(r#"{"name":"a","vers":"1.0.0"}"#, b"bytes");
        for end in 0..whole.len() {
            let cut = read(&whole[..end], 5);
            assert!(
                matches!(cut, Err(BadUpload::Short { .. })),
                "{end}: {cut:?}"
            );
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert_eq!(read(&longer, 5), Err(BadUpload::Long));
        let huge = [0xff; 8];
        assert!(matches!(read(&huge, 8), Err(BadUpload::Metadata { .. })));
        let large = body(r#"{"name":"a","vers":"1.0.0"}"#, &[0; 101]);
        assert!(matches!(
            read(&large, 50),
            Err(BadUpload::Crate {
                length: 101,
                limit: 100
            })
        ));
        for json in [
            "",
            "[]",
            "{}",
            r#"{"name":"a"}"#,
            r#"{"name":1,"vers":"1.0.0"}"#,
        ] {
            assert!(
                matches!(read(&body(json, b""), 9), Err(BadUpload::Json(_))),
                "{json}"
            );
        }
    }
}
