//! The rest of a dump: frames, recipes, tails, states, keys and signatures are read within their bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "bundled.rs"]
mod bundled;

fuzz_target!(|bytes: &[u8]| bundled::dump(bytes));
