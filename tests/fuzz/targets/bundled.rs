//! What must hold of every dump, whatever a stranger has put into it.

#![allow(dead_code, reason = "each target takes one half")]

use cargo_mirror::io::bundle::deflate::{put_together, take_apart};
use cargo_mirror::io::bundle::frame::unpack;
use cargo_mirror::model::bundle::frame::MAX_FRAME;
use cargo_mirror::model::bundle::history::History;
use cargo_mirror::model::bundle::manifest::{Codec, Entry, Item, is_registry};
use cargo_mirror::model::bundle::reading::ManifestReader;
use cargo_mirror::model::bundle::sshsig::{PrivateKey, PublicKey, Signature};
use cargo_mirror::model::bundle::state::KnownState;
use cargo_mirror::model::bundle::tail::{TAIL, Tail};
use cargo_mirror::model::bundle::trust;
use cargo_mirror::model::package::id::CrateId;

/// What is read is written again as it was, every length is bounded, and names are names.
pub(super) fn manifest(bytes: &[u8]) {
    let Ok((head, mut reader)) = ManifestReader::start(bytes) else {
        return;
    };
    let mut again = head.to_string();
    loop {
        let frame = match reader.frame(&head) {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            Err(_) => return,
        };
        let sum: u64 = frame.items.iter().filter_map(Item::length).sum();
        assert_eq!(sum, frame.entry.unpacked);
        assert!(frame.is_streamed() || sum <= MAX_FRAME);
        again.push_str(&ToString::to_string(&Entry::Frame(frame.entry.clone())));
        again.push('\n');
        if let Some(base) = &frame.base {
            again.push_str(&ToString::to_string(&Entry::Base(base.clone())));
            again.push('\n');
        }
        for item in &frame.items {
            if let Item::Crate(it) = item {
                assert!(is_registry(&it.of.source) && stays(&it.of.source));
                assert!(it.codec == Codec::AsIs || it.size <= 2 * MAX_FRAME);
            }
            again.push_str(&item.to_string());
            again.push('\n');
        }
    }
    let end = reader.end().expect("a manifest has an end");
    for gone in &end.gone {
        assert!(is_registry(&gone.of.source) && stays(&gone.of.source));
        again.push_str(&ToString::to_string(&Entry::Gone(gone.clone())));
        again.push('\n');
    }
    for other in &end.others {
        again.push_str(&ToString::to_string(&Entry::Other(*other)));
        again.push('\n');
    }
    again.push_str(&ToString::to_string(&Entry::End(end.parts)));
    again.push('\n');
    assert_eq!(again.as_bytes(), bytes);
}

/// Whether a folder stays within the mirror, and is one that no system takes for another.
fn stays(folder: &str) -> bool {
    let parts = folder.split('/');
    parts.clone().count() <= 2
        && parts
            .into_iter()
            .all(|part| !part.starts_with('.') && !part.ends_with('.'))
}

/// Frames are as long as they claim; a crate that is taken apart comes together again; other parts are read or refused.
pub(super) fn dump(bytes: &[u8]) {
    let claimed = bytes.len() * 3;
    if let Ok(plain) = unpack(bytes, &[], claimed) {
        assert_eq!(plain.len(), claimed);
    }
    let (base, packed) = bytes.split_at(bytes.len() / 2);
    let _ = unpack(packed, base, bytes.len());
    let id = CrateId::parse("a", "1.0.0").unwrap();
    let mut tar = vec![7];
    if let Some(recipe) = take_apart(&id, bytes, 1 << 20, &mut tar) {
        let parts = (&tar[1..], &recipe.head[..], &recipe.side[..]);
        let again = put_together(&id, recipe.codec, parts, bytes.len());
        assert!(again.is_ok_and(|again| again == bytes));
    } else {
        assert_eq!(tar, [7]);
    }
    // Corrections of preflate are left out: it panics on some, which is caught where they are applied, and not here.
    let (side, rest) = bytes.split_at(bytes.len() / 3);
    let (head, body) = rest.split_at(rest.len() / 4);
    for size in [0, bytes.len(), bytes.len() * 2] {
        for codec in [Codec::ZlibRs9, Codec::Zlib9] {
            if let Ok(whole) = put_together(&id, codec, (body, head, side), size) {
                assert_eq!(whole.len(), size);
            }
        }
    }
    if let Some(tail) = bytes.last_chunk::<TAIL>()
        && let Some(read) = Tail::parse(tail, bytes.len() as u64)
    {
        assert_eq!(read.render(), *tail);
    }
    if let Some(state) = KnownState::parse(bytes) {
        assert_eq!(state.render(), bytes);
    }
    if let Ok(signatures) = Signature::parse_all(bytes) {
        let again: String = signatures.iter().map(Signature::armored).collect();
        assert_eq!(again.as_bytes(), bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = PrivateKey::parse(text);
        if let Ok(key) = PublicKey::parse(text) {
            assert_eq!(PublicKey::parse(&key.to_string()), Ok(key));
        }
        if let Some((from, to)) = trust::parse_statement(text) {
            assert_eq!(trust::statement(&from, &to), text);
        }
        for signer in trust::parse(text) {
            assert_eq!(trust::parse(&signer.line()).len(), 1);
        }
        let history = History::parse(text);
        assert_eq!(History::parse(&history.render()), history);
    }
}
