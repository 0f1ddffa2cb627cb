//! Typed jobs.
