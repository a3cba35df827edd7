//! Whatever bytes a readme has, what a page shows of it is harmless.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "readme_law.rs"]
mod readme_law;

fuzz_target!(|bytes: &[u8]| readme_law::holds(bytes));
