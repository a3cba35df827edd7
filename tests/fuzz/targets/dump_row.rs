//! Whatever a table of a database dump has, its rows end, and what is wrong is said.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "searched.rs"]
mod searched;

fuzz_target!(|bytes: &[u8]| searched::dump_row(bytes));
