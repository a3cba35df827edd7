//! Crates that are passed on without being stored, for a mirror that cannot be written to: hashed on the way, the last byte
//! held back until all of it was found right.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::sync::{mpsc, oneshot};

use crate::io::fs::error::io_error;
use crate::io::http::attempts::Attempts;
use crate::io::http::body::Body;
use crate::io::http::client::Encoding;
use crate::io::store::stamp::BUFFER;
use crate::io::task::blocking;
use crate::io::upstream::bucket::Sink;
use crate::io::upstream::download::Transfer;
use crate::io::upstream::registry::Upstream;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::Action;
use crate::model::errors::store::StoreError;
use crate::model::errors::upstream::UpstreamError;
use crate::model::package::checksum::{Hashing, Sha256};
use crate::model::package::id::CrateId;

/// Pieces that wait for a client that reads slowly.
const WAITING: usize = 8;

/// A transfer to one client.
#[derive(Debug)]
pub struct Passing {
    /// Its size, where upstream has said it.
    pub length: Option<u64>,
    taken: VecDeque<Bytes>,
    pieces: mpsc::Receiver<Result<Bytes>>,
}

impl Passing {
    /// Begins a transfer. It ends when what is returned is dropped.
    pub async fn begin(upstream: Arc<Upstream>, id: CrateId, expected: Sha256) -> Result<Self> {
        let (begun, heard) = oneshot::channel();
        let (sender, pieces) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let mut out = Out {
                begun: Some(begun),
                pieces: sender,
                hashing: Hashing::default(),
                length: 0,
                start: Vec::new(),
                last: None,
            };
            if let Err(error) = carry(&upstream, &id, expected, &mut out).await {
                out.failed(error).await;
            }
        });
        let panicked = Error::Panicked {
            doing: "passing on a crate",
        };
        let length = heard.await.unwrap_or(Err(panicked))?;
        Ok(Self {
            length,
            taken: VecDeque::new(),
            pieces,
        })
    }

    /// The next piece; `None` at the end, where all of it was right.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        match self.taken.pop_front() {
            Some(piece) => Some(Ok(piece)),
            None => self.pieces.recv().await,
        }
    }

    /// All of it, if it is no larger than this; else it goes on from its start.
    pub async fn whole(&mut self, most: u64) -> Result<Option<Bytes>> {
        if self.length.is_some_and(|length| length > most) {
            return Ok(None);
        }
        let mut size = 0;
        while let Some(piece) = self.pieces.recv().await {
            let piece = piece?;
            size += piece.len() as u64;
            self.taken.push_back(piece);
            if size > most {
                return Ok(None);
            }
        }
        let mut whole = BytesMut::new();
        for piece in self.taken.drain(..) {
            whole.extend_from_slice(&piece);
        }
        Ok(Some(whole.freeze()))
    }
}

/// The sending side of a transfer.
struct Out {
    begun: Option<oneshot::Sender<Result<Option<u64>>>>,
    pieces: mpsc::Sender<Result<Bytes>>,
    hashing: Hashing,
    length: u64,
    start: Vec<u8>,
    /// The last byte so far.
    last: Option<Bytes>,
}

impl Out {
    fn begin(&mut self, length: Option<u64>) {
        if let Some(begun) = self.begun.take() {
            let _ = begun.send(Ok(length));
        }
    }

    /// `false`: the client has disconnected.
    async fn take(&mut self, mut piece: Bytes) -> bool {
        /// Enough to tell an error page from an archive.
        const SHOWN: usize = 24;
        if piece.is_empty() {
            return true;
        }
        let lacking = SHOWN.saturating_sub(self.start.len()).min(piece.len());
        self.start.extend_from_slice(&piece[..lacking]);
        self.hashing.update(&piece);
        self.length += piece.len() as u64;
        let last = piece.split_off(piece.len() - 1);
        for piece in [self.last.replace(last), Some(piece)].into_iter().flatten() {
            if !piece.is_empty() && self.pieces.send(Ok(piece)).await.is_err() {
                return false;
            }
        }
        true
    }

    /// A client that has disconnected is told nothing more.
    async fn end(&mut self, expected: Sha256) -> Result<()> {
        let actual = std::mem::take(&mut self.hashing).finish();
        if actual != expected {
            return Err(Error::Store(StoreError::Checksum {
                expected,
                actual,
                bytes: self.length,
                start: String::from_utf8_lossy(&self.start)
                    .escape_debug()
                    .to_string(),
            }));
        }
        if let Some(last) = self.last.take() {
            let _ = self.pieces.send(Ok(last)).await;
        }
        Ok(())
    }

    async fn failed(&mut self, error: Error) {
        match self.begun.take() {
            Some(begun) => {
                let _ = begun.send(Err(error));
            }
            None => {
                let _ = self.pieces.send(Err(error)).await;
            }
        }
    }
}

impl Sink for Out {
    async fn begin(&mut self, length: u64) -> Result<()> {
        Self::begin(self, Some(length));
        Ok(())
    }

    async fn take(&mut self, bytes: Bytes) -> Result<bool> {
        Ok(Self::take(self, bytes).await)
    }

    fn taken(&self) -> u64 {
        self.length
    }
}

async fn carry(upstream: &Upstream, id: &CrateId, expected: Sha256, out: &mut Out) -> Result<()> {
    if let Some(path) = upstream.local_crate(id, expected).await? {
        return copy(path, expected, out).await;
    }
    let transfer = match upstream {
        Upstream::Sparse(sparse) => sparse.transfer(id, expected).await?,
        Upstream::Git(git) => git.transfer(id, expected).await?,
        Upstream::Folder(_) => None,
        Upstream::Bucket(bucket) => {
            bucket.carry(id, &expected, out).await?;
            return out.end(expected).await;
        }
    };
    let Some(transfer) = transfer else {
        unreachable!("a crate that is a file here was copied above");
    };
    let mut tries = transfer.tries().await?;
    let mut body = first(&transfer, &mut tries).await?;
    out.begin(body.length());
    while let Some(piece) = body.chunk().await? {
        if !out.take(piece).await {
            return Ok(());
        }
    }
    out.end(expected).await?;
    tries.succeeded(());
    Ok(())
}

/// The head of an answer. Nothing was passed on yet, so it may be asked for again.
async fn first<'a>(transfer: &Transfer<'_>, tries: &mut Attempts<'a>) -> Result<Body<'a>> {
    loop {
        match tries.get(Encoding::Identity).await {
            Ok(body) => return Ok(body),
            Err(Error::Upstream(UpstreamError::Challenged(refusal))) => {
                return Err(transfer.refused(refusal).await);
            }
            Err(error) => tries.failed(error).await?,
        }
    }
}

/// A file on this machine.
async fn copy(path: PathBuf, expected: Sha256, out: &mut Out) -> Result<()> {
    let opening = path.clone();
    let opened = blocking("reading a crate", move || {
        let opened = File::open(&opening).and_then(|file| Ok((file.metadata()?.len(), file)));
        opened.map_err(io_error(Action::Read, &opening))
    });
    let (length, mut file) = opened.await?;
    out.begin(Some(length));
    loop {
        let reading = path.clone();
        let (piece, back) = blocking("reading a crate", move || {
            let mut buffer = vec![0; BUFFER];
            let read =
                read_some(&mut file, &mut buffer).map_err(io_error(Action::Read, &reading))?;
            buffer.truncate(read);
            Ok((Bytes::from(buffer), file))
        })
        .await?;
        file = back;
        if piece.is_empty() {
            return out.end(expected).await;
        }
        if !out.take(piece).await {
            return Ok(());
        }
    }
}

fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    file.read(buffer)
}
