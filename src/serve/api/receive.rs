//! Bodies of requests: taken in pieces, with bounds.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use hyper::body::Incoming;

/// Whoever publishes sends a whole crate before it listens.
pub const MOST_DRAINED: u64 = 80 << 20;

/// For no longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a body to its end, and forgets it: a client that is still sending would not read the answer.
pub async fn drain(mut body: Incoming) {
    let reading = async {
        let mut read = 0;
        while read < MOST_DRAINED
            && let Some(Ok(piece)) = next(&mut body).await
        {
            read += piece.len() as u64;
        }
    };
    let _ = tokio::time::timeout(PATIENCE, reading).await;
}

/// The next piece of a body. An error: it broke off, or nothing came for too long. `None`: it is whole.
pub async fn piece(body: &mut Incoming) -> Option<Result<Bytes, &'static str>> {
    match tokio::time::timeout(PATIENCE, next(body)).await {
        Ok(Some(Ok(piece))) => Some(Ok(piece)),
        Ok(Some(Err(_))) => Some(Err("the connection broke off")),
        Ok(None) => None,
        Err(_) => Some(Err("nothing came for 20 seconds")),
    }
}

async fn next(body: &mut Incoming) -> Option<Result<Bytes, hyper::Error>> {
    loop {
        let frame =
            std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame {
            Ok(frame) => {
                // Trailers say nothing here.
                if let Ok(piece) = frame.into_data() {
                    return Some(Ok(piece));
                }
            }
            Err(cause) => return Some(Err(cause)),
        }
    }
}
