//! Whatever a request says, the router ends, and what it finds is made of names that stay within the mirror; the headers that
//! ask for a part, an encoding or a tag are read without harm.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "routed.rs"]
mod routed;

fuzz_target!(|bytes: &[u8]| routed::holds(bytes));
