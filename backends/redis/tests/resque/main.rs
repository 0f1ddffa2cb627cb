//! The acceptance list of Resque's queues, each case under its number, seen through the keys as Ruby sees them.

mod delayed;
mod failures;
mod producing;
mod working;
mod world;

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each test program uses its part")]
mod support;
