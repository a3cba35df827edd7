//! Connections over a limit: answered with 503 instead of being closed silently.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

/// How long a rejected client has to read the answer.
const FAREWELL: Duration = Duration::from_secs(1);

/// How many are answered at once; others are closed.
pub const AT_ONCE: usize = 8;

/// Answers 503 to a client that is over a limit, rather than closing its connection silently.
pub async fn turn_away(mut stream: TcpStream, _turn: OwnedSemaphorePermit) {
    const DETAIL: &str = "{\"errors\":[{\"detail\":\"too many connections at once\"}]}\n";
    let said = async {
        let mut heard = [0; 4096];
        // Unread input would make the system reset the connection and discard the answer.
        let _ = stream.read(&mut heard).await?;
        let answer = format!(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             retry-after: 3\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{DETAIL}",
            DETAIL.len()
        );
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        while stream.read(&mut heard).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(FAREWELL, said).await;
}
