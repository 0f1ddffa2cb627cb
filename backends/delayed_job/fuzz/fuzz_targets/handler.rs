//! Any text as a handler: `make fuzz`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/round_trip/mod.rs"]
mod round_trip;

fuzz_target!(|text: &str| round_trip::check(text));
