//! A manifest, read frame by frame, so that one of any size takes little memory. Everything that can be wrong with it by
//! itself is found here: sums, orders, bounds.

use std::io::{self, BufRead, Read};

use crate::model::bundle::frame::{Frame, MAX_ITEMS};
use crate::model::bundle::manifest::{
    BundleEnd, BundleFormat, BundleHead, BundleId, Entry, FrameEntry, MAX_LINE,
};
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// Nor does a dump tell of more versions that were removed: crates.io has not removed as many in ten years.
pub const MAX_GONE: usize = 1 << 18;
/// A dump has no more parts: they are counted one by one.
pub const MAX_PARTS: u32 = 1 << 16;

/// Why a text is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum BadManifestText {
    #[error("line {line} of its manifest is `{}`, which does not belong there", printable(.text))]
    Line { line: usize, text: String },
    #[error("its manifest is of another version of the format: `{}`", printable(.0))]
    Version(String),
    #[error("frame {frame}: {why}")]
    Frame { frame: usize, why: &'static str },
    #[error("its manifest ends in the middle, after line {line}")]
    Cut { line: usize },
    #[error("its manifest cannot be unpacked: {0}")]
    Read(#[from] io::Error),
}

/// Reads a manifest.
#[derive(Debug)]
pub struct ManifestReader<R> {
    text: R,
    line: usize,
    frames: usize,
    /// A frame's line that was read with the end of the frame before it.
    next: Option<FrameEntry>,
    end: Option<BundleEnd>,
}

impl<R: BufRead> ManifestReader<R> {
    /// Reads what stands before the first frame.
    pub fn start(text: R) -> Result<(BundleHead, Self), BadManifestText> {
        let mut reader = Self {
            text,
            line: 0,
            frames: 0,
            next: None,
            end: None,
        };
        let first = reader.read_line()?;
        let Some(format) = BundleFormat::parse(&first) else {
            return Err(BadManifestText::Version(first));
        };
        let head = BundleHead {
            format,
            id: reader.field("bundle", BundleId::parse)?,
            mirror: reader.field("mirror", BundleId::parse)?,
            sequence: reader.field("sequence", number)?,
            previous: reader.field("previous", |text| match text {
                "-" => Some(None),
                text => BundleId::parse(text).map(Some),
            })?,
            created: reader.field("created", moment)?,
            expires: reader.field("expires", |text| match text {
                "-" => Some(None),
                text => moment(text).map(Some),
            })?,
            part: reader.field("part", |text| {
                let part = number(text)?.try_into().ok();
                part.filter(|part| (1..=MAX_PARTS).contains(part))
            })?,
        };
        match reader.entry_or_end(&head)? {
            Some(Entry::Frame(first)) => reader.next = Some(first),
            Some(other) => return Err(reader.misplaced(&other.to_string())),
            None => {}
        }
        Ok((head, reader))
    }

    /// The next frame; `None` after the last.
    pub fn frame(&mut self, head: &BundleHead) -> Result<Option<Frame>, BadManifestText> {
        let Some(entry) = self.next.take() else {
            return Ok(None);
        };
        self.frames += 1;
        let mut frame = Frame {
            number: self.frames,
            entry,
            base: None,
            items: Vec::new(),
        };
        loop {
            match self.entry_or_end(head)? {
                Some(Entry::Frame(next)) => {
                    self.next = Some(next);
                    break;
                }
                Some(Entry::Base(base)) if frame.base.is_none() && frame.items.is_empty() => {
                    frame.base = Some(base);
                }
                Some(Entry::Item(item)) if frame.items.len() < MAX_ITEMS => frame.items.push(item),
                None => break,
                Some(other) => return Err(self.misplaced(&other.to_string())),
            }
        }
        let number = frame.number;
        let checked = frame.check();
        checked
            .map(Some)
            .map_err(|why| BadManifestText::Frame { frame: number, why })
    }

    /// What stands after the last frame, once that was read.
    pub fn end(&self) -> Option<&BundleEnd> {
        self.end.as_ref()
    }

    /// The next line after the head; `None`: it was the last frame's last, and the end was read.
    fn entry_or_end(&mut self, head: &BundleHead) -> Result<Option<Entry>, BadManifestText> {
        let mut end = BundleEnd::default();
        loop {
            let line = self.read_line()?;
            match Entry::parse(&line).filter(|entry| entry.since() <= head.format) {
                Some(Entry::Gone(gone))
                    if end.others.is_empty()
                        && end.gone.len() < MAX_GONE
                        && end.gone.last().is_none_or(|last| last.of < gone.of) =>
                {
                    end.gone.push(gone);
                }
                Some(Entry::Other(checksum)) if end.others.len() < head.part as usize => {
                    end.others.push(checksum);
                }
                Some(Entry::End(parts)) => {
                    let others = u32::try_from(end.others.len()).unwrap_or(u32::MAX);
                    let sound = match parts {
                        Some(parts) => parts == head.part && others + 1 == parts,
                        None => others == 0 && end.gone.is_empty(),
                    };
                    if !sound || !self.text.fill_buf()?.is_empty() {
                        return Err(self.misplaced(&line));
                    }
                    end.parts = parts;
                    self.end = Some(end);
                    return Ok(None);
                }
                Some(Entry::Gone(_)) => return Err(self.misplaced(&line)),
                Some(entry) if end.others.is_empty() && end.gone.is_empty() => {
                    return Ok(Some(entry));
                }
                _ => return Err(self.misplaced(&line)),
            }
        }
    }

    fn misplaced(&self, text: &str) -> BadManifestText {
        BadManifestText::Line {
            line: self.line,
            text: text.to_owned(),
        }
    }

    fn field<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, BadManifestText> {
        let line = self.read_line()?;
        let value = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(' '));
        value.and_then(parse).ok_or_else(|| self.misplaced(&line))
    }

    fn read_line(&mut self) -> Result<String, BadManifestText> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.text).take(MAX_LINE as u64 + 1);
        bounded.read_until(b'\n', &mut line)?;
        let whole = line.pop() == Some(b'\n');
        self.line += usize::from(whole);
        match String::from_utf8(line) {
            Ok(text) if whole => Ok(text),
            Ok(text) if text.len() < MAX_LINE => Err(BadManifestText::Cut { line: self.line }),
            Ok(text) => Err(self.misplaced(&text)),
            Err(_) => Err(self.misplaced("not UTF-8")),
        }
    }
}

fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn moment(text: &str) -> Option<Timestamp> {
    let moment = Timestamp::parse(text)?;
    (moment.to_string() == text).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(frames: &str) -> String {
        text_of(BundleFormat::One, frames)
    }

    fn text_of(format: BundleFormat, frames: &str) -> String {
        let head = BundleHead {
            format,
            id: BundleId::of([1; 16]),
            mirror: BundleId::of([2; 16]),
            sequence: 7,
            previous: None,
            created: Timestamp(1_764_172_800),
            expires: None,
            part: 1,
        };
        format!("{head}{frames}end 1\n")
    }

    fn read(text: &str) -> Result<Vec<Frame>, BadManifestText> {
        let (head, mut reader) = ManifestReader::start(text.as_bytes())?;
        let mut frames = Vec::new();
        while let Some(frame) = reader.frame(&head)? {
            frames.push(frame);
        }
        assert!(reader.end().is_some());
        Ok(frames)
    }

    fn sample() -> String {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        format!(
            "frame zstd 50 130 {a}\nbase crates-io x 1.0.0 {b} 9\ncrate crates-io x 1.0.1 {a} 60 20 0000000000000001 zlib-rs-9 0 16 94\nframe plain 5 5 {b}\nroot 0123456789abcdef 5 0000000000000002\n"
        )
    }

    #[test]
    fn a_manifest_reads_as_it_was_written() {
        let whole = text(&sample());
        let frames = read(&whole).unwrap();
        assert_eq!(frames.len(), 2);
        let mut again = String::new();
        for frame in &frames {
            again += &(Entry::Frame(frame.entry.clone()).to_string() + "\n");
            if let Some(base) = &frame.base {
                again += &(Entry::Base(base.clone()).to_string() + "\n");
            }
            for item in &frame.items {
                again += &(item.to_string() + "\n");
            }
        }
        assert_eq!(again, sample());
        let of_zlib = sample().replace("zlib-rs-9", "zlib-9");
        assert!(read(&text_of(BundleFormat::Three, &of_zlib)).is_ok());
        assert!(read(&text_of(BundleFormat::Two, &of_zlib)).is_err());
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn what_was_removed_stands_at_the_end_in_order_and_in_the_second_format_only() {
        let gone = |name: &str, version: &str| {
            let sum = "c".repeat(64);
            format!("gone crates-io {name} {version} {sum} 2026-11-20T08:00:00Z\n")
        };
        let (one, two) = (gone("x", "0.9.0"), gone("x", "0.10.0"));
        let whole = text_of(BundleFormat::Two, &format!("{}{one}{two}", sample()));
        let (head, mut reader) = ManifestReader::start(whole.as_bytes()).unwrap();
        while reader.frame(&head).unwrap().is_some() {}
        let told = &reader.end().unwrap().gone;
        let again: Vec<String> = (told.iter())
            .map(|gone| Entry::Gone(gone.clone()).to_string())
            .collect();
        assert_eq!(again, [one.trim_end(), two.trim_end()]);
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "cut at {cut}");
        }
        // Nothing but that: a dump may be of what was removed alone.
        assert_eq!(read(&text_of(BundleFormat::Two, &one)).unwrap(), []);
        for bad in [
            text(&format!("{}{one}", sample())),
            text_of(BundleFormat::Two, &format!("{}{two}{one}", sample())),
            text_of(BundleFormat::Two, &format!("{}{one}{one}", sample())),
            text_of(BundleFormat::Two, &format!("{one}{}", sample())),
            text_of(BundleFormat::Two, &one.replace(" x ", " ../x ")),
            text_of(BundleFormat::Two, &one.replace("08:00:00Z", "08:00:00.0Z")),
            text_of(BundleFormat::Two, &one).replace("end 1", "end -"),
        ] {
            let said = read(&bad).unwrap_err().to_string();
            assert!(said.contains("does not belong"), "{bad}: {said}");
        }
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        let sound = sample();
        for (from, to, why) in [
            ("50 130", "50 131", "do not fill"),
            ("frame zstd", "state 5\nframe zstd", "does not belong"),
            ("50 130", "5000000 130", "more bytes are stored"),
            (" 94\n", " 18446744073709551615\n", "absurd"),
            ("x 1.0.1", "../x 1.0.1", "does not belong"),
            ("crate crates-io", "crate ../x", "does not belong"),
            ("crate crates-io", "crate registries/.x", "does not belong"),
            ("crate crates-io", "crate registries/x.", "does not belong"),
            ("crate crates-io", "crate registries/a/b", "does not belong"),
            ("zlib-rs-9", "zlib-rs-8", "does not belong"),
            (" 0 16 94", " 00 16 94", "does not belong"),
            ("plain 5 5", "plain 4 5", "stored as it is"),
            (
                "base crates-io x 1.0.0",
                "base registries/r x 1.0.0",
                "refer back",
            ),
            ("x 1.0.0 bbbb", "x 1.0.0 bbb", "does not belong"),
            (" 9\n", " 99999999999\n", "refer back"),
            (
                "a 60 20",
                "a 9000000000000000000 20",
                "too large for its archive",
            ),
            ("root 0123", "root ../3", "does not belong"),
        ] {
            let bad = sound.replacen(from, to, 1);
            assert_ne!(bad, sound, "{from}");
            let said = read(&text(&bad)).unwrap_err().to_string();
            assert!(said.contains(why), "{from} -> {to}: {said}");
        }
    }

    #[test]
    fn what_would_take_all_memory_is_refused() {
        let whole = text(&sample());
        for part in ["4294967295", "65537"] {
            let bad = whole.replacen("part 1\n", &format!("part {part}\n"), 1);
            assert_ne!(bad, whole);
            let bad = bad.replacen("end 1\n", "end -\n", 1);
            let said = read(&bad).unwrap_err().to_string();
            assert!(said.contains("does not belong"), "{said}");
        }
        let (a, huge) = ("a".repeat(64), 1_u64 << 40);
        let of = format!("crates-io x 1.0.0 {a}");
        let key = "0000000000000001";
        let with = huge + 10;
        for items in [
            format!("frame zstd 9 {huge} {a}\nline {of} {huge} {key}\n"),
            format!("frame zstd 9 {huge} {a}\nroot 0123456789abcdef {huge} {key}\n"),
            format!("frame zstd 9 {huge} {a}\nstate {huge}\n"),
            format!("frame zstd 9 {with} {a}\ncrate {of} 10 {huge} {key} as-is 0 0 10\n"),
        ] {
            let said = read(&text(&items)).unwrap_err().to_string();
            assert!(said.contains("at once"), "{items}: {said}");
        }
        // A large crate, and the state of a whole registry.
        let with = huge + 94;
        for items in [
            format!("frame zstd 9 {with} {a}\ncrate {of} {huge} 94 {key} as-is 0 0 {huge}\n"),
            format!("frame zstd 9 200000000 {a}\nstate 200000000\n"),
        ] {
            read(&text(&items)).unwrap();
        }
    }
}
