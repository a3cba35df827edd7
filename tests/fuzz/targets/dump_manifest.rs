//! The manifest of a dump: what is accepted is what would have been written, and nothing in it leaves the mirror.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "bundled.rs"]
mod bundled;

fuzz_target!(|bytes: &[u8]| bundled::manifest(bytes));
