//! The program `egret` as its users meet it: real processes, each test with an application's folder of its own.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are no tests themselves")]

mod absent;
mod application;
mod bench;
mod bulk;
mod changes;
mod command_line;
mod configuration;
#[cfg(feature = "console")]
mod console;
mod delayed_job;
#[cfg(feature = "console")]
mod documented;
mod enqueue;
mod exec;
mod exec_waits;
mod history;
mod japanese;
mod listings;
mod logging;
mod logs;
mod orders;
mod process;
mod queues;
mod reload;
mod run;
mod signals;
mod status;
mod store;
mod supervised;
mod systemd;
mod terminal;
