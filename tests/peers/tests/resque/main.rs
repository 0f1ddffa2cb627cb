//! Our service and client beside node-resque, on one Redis. (Debian has no Resque of Ruby's.)
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod directions;
mod failures;
mod sharing;
mod workers;

use egret_peers::place::Place;

/// A database, our application, and Node beside it.
fn place() -> Place {
    Place::new(env!("CARGO_BIN_EXE_peer-app"), "resque")
}
