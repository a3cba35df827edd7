//! The access log: a line a request, in the common format or as JSON, written by a thread of its own.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use serde::Serialize;

use crate::io::fs::error::io_error;
use crate::model::error::{Error, Result};
use crate::model::errors::fs::{Action, FsError};
use crate::serve::metrics::counters::Stats;

/// Lines that wait for the disk. More are lost, and counted: no client waits for the log.
const WAITING: usize = 16 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    None,
    Common,
    Json,
}

/// What is logged of a request.
#[derive(Debug, Serialize)]
pub struct Line {
    #[serde(serialize_with = "rfc3339")]
    pub time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
    pub method: String,
    pub path: String,
    pub protocol: &'static str,
    pub status: u16,
    /// As announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    pub milliseconds: u64,
    /// `hit`, `miss`, `stale` or `mirrored`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

enum Message {
    Line(Box<Line>),
    Reopen,
    End,
}

/// Handle of the log thread.
pub struct Log {
    lines: Option<mpsc::SyncSender<Message>>,
    thread: std::sync::Mutex<Option<thread::JoinHandle<()>>>,
    stats: Arc<Stats>,
}

impl Log {
    /// Writes to `file`, or to standard output.
    pub fn start(format: Format, file: Option<PathBuf>, stats: &Arc<Stats>) -> Result<Self> {
        let mut log = Self {
            lines: None,
            thread: std::sync::Mutex::new(None),
            stats: Arc::clone(stats),
        };
        if format == Format::None {
            return Ok(log);
        }
        let out = open(file.as_ref())?;
        let (lines, receiver) = mpsc::sync_channel(WAITING);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(format, file.as_ref(), out, &receiver))
            .map_err(|source| {
                Error::Fs(FsError::Io {
                    action: Action::Start,
                    path: PathBuf::from("a thread"),
                    source,
                })
            })?;
        log.lines = Some(lines);
        log.thread = std::sync::Mutex::new(Some(thread));
        Ok(log)
    }

    pub fn is_on(&self) -> bool {
        self.lines.is_some()
    }

    pub fn line(&self, line: Line) {
        if let Some(lines) = &self.lines
            && lines.try_send(Message::Line(Box::new(line))).is_err()
        {
            self.stats.log_lost.add(1);
        }
    }

    /// Reopens the file after log rotation has moved it.
    pub fn reopen(&self) {
        if let Some(lines) = &self.lines {
            let _ = lines.send(Message::Reopen);
        }
    }

    pub fn stop(&self) {
        if let Some(lines) = &self.lines {
            let _ = lines.send(Message::End);
        }
        let mut thread = self
            .thread
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
}

type Out = BufWriter<Box<dyn Write + Send>>;

fn open(file: Option<&PathBuf>) -> Result<Out> {
    let out: Box<dyn Write + Send> = match file {
        Some(path) => {
            let file: File = OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map_err(io_error(Action::Write, path))?;
            Box::new(file)
        }
        None => Box::new(io::stdout()),
    };
    Ok(BufWriter::with_capacity(64 << 10, out))
}

fn write(format: Format, file: Option<&PathBuf>, mut out: Out, messages: &mpsc::Receiver<Message>) {
    // A line that cannot be written is dropped.
    while let Ok(message) = messages.recv() {
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::Line(line) => {
                    let _ = out.write_all(render(format, &line).as_bytes());
                }
                Message::Reopen => {
                    let _ = out.flush();
                    if let Ok(anew) = open(file) {
                        out = anew;
                    }
                }
                Message::End => {
                    let _ = out.flush();
                    return;
                }
            }
            next = messages.try_recv().ok();
        }
        let _ = out.flush();
    }
}

fn render(format: Format, line: &Line) -> String {
    if format == Format::Json {
        return serde_json::to_string(line).unwrap_or_default() + "\n";
    }
    let client = line
        .client
        .map_or_else(|| "-".to_owned(), |client| client.to_string());
    let time = timestamp(line.time).strftime("%d/%b/%Y:%H:%M:%S +0000");
    let bytes = line
        .bytes
        .map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
    let agent = line.agent.as_deref().unwrap_or("-");
    let path = line.path.escape_default();
    format!(
        "{client} - - [{time}] \"{} {path} {}\" {} {bytes} \"-\" \"{}\"\n",
        line.method,
        line.protocol,
        line.status,
        agent.escape_default()
    )
}

fn timestamp(seconds: u64) -> jiff::Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).unwrap_or_default()
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a field over like this"
)]
fn rfc3339<S: serde::Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&timestamp(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_forge_another() {
        let line = Line {
            time: 1_700_000_000,
            client: Some("10.0.0.1".parse().unwrap()),
            method: "GET".to_owned(),
            path: "/a\"b".to_owned(),
            protocol: "HTTP/1.1",
            status: 200,
            bytes: Some(17),
            milliseconds: 3,
            from: Some("hit".to_owned()),
            agent: Some("cargo\" 200\n10.0.0.2 - -".to_owned()),
        };
        assert_eq!(
            render(Format::Common, &line),
            "10.0.0.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /a\\\"b HTTP/1.1\" 200 17 \"-\" \
             \"cargo\\\" 200\\n10.0.0.2 - -\"\n"
        );
        let json: serde_json::Value = serde_json::from_str(&render(Format::Json, &line)).unwrap();
        assert_eq!(json["time"], "2023-11-14T22:13:20Z");
        assert_eq!(json["agent"], "cargo\" 200\n10.0.0.2 - -");
    }
}
