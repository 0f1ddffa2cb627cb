//! The console over its router: who gets in, what pages show, what forms change.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to be loud")]

mod door;
mod logs;
mod queues;
mod services;
mod site;
mod status;
mod stuck;
mod tasks;
mod work;
