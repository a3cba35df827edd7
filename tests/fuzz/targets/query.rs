//! Whatever is looked for, the query is a few words, and a search ends with an order.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "searched.rs"]
mod searched;

fuzz_target!(|bytes: &[u8]| searched::query(bytes));
