//! Whatever an archive calls its members, what is shown of it stays within its package.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "searched.rs"]
mod searched;

fuzz_target!(|bytes: &[u8]| searched::member(bytes));
