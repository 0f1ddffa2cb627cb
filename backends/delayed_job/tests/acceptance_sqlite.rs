//! Delayed Job's list of acceptance on SQLite.

mod acceptance;
mod claimers;
#[allow(dead_code, reason = "each test program uses its part")]
mod support;

acceptance::acceptance!(crate::support::Database::sqlite());
