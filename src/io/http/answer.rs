//! What a server has answered, whichever way the request went: through the HTTP client, or over a connection of our own.

use bytes::Bytes;
use h2::RecvStream;
use http::response::Parts;
use reqwest::header::{CONTENT_LENGTH, HeaderMap};
use reqwest::{Response, StatusCode, Version};

use crate::io::http::multiplexed::Busy;
use crate::io::http::network_error::LineError;

/// The answer to one request; its body comes in pieces.
pub enum HttpAnswer {
    Client(Box<Response>),
    Own(Box<OwnAnswer>),
}

/// The answer over a connection of our own.
pub struct OwnAnswer {
    pub(super) head: Parts,
    pub(super) body: RecvStream,
    /// Given back when this is dropped.
    pub(super) _busy: Busy,
}

impl HttpAnswer {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Client(answer) => answer.status(),
            Self::Own(answer) => answer.head.status,
        }
    }

    pub fn headers(&self) -> &HeaderMap {
        match self {
            Self::Client(answer) => answer.headers(),
            Self::Own(answer) => &answer.head.headers,
        }
    }

    pub fn version(&self) -> Version {
        match self {
            Self::Client(answer) => answer.version(),
            Self::Own(answer) => answer.head.version,
        }
    }

    /// The size of the body, where the server says it.
    pub fn content_length(&self) -> Option<u64> {
        match self {
            Self::Client(answer) => answer.content_length(),
            Self::Own(answer) => {
                let length = answer.head.headers.get(CONTENT_LENGTH)?;
                length.to_str().ok()?.parse().ok()
            }
        }
    }

    /// The next bytes of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, LineError> {
        match self {
            Self::Client(answer) => answer.chunk().await.map_err(LineError::Client),
            Self::Own(answer) => {
                let Some(bytes) = answer.body.data().await.transpose()? else {
                    return Ok(None);
                };
                // Fails only where the stream has ended, and then nobody waits for room.
                let _ = answer.body.flow_control().release_capacity(bytes.len());
                Ok(Some(bytes))
            }
        }
    }
}
