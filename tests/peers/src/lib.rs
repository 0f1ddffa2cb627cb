//! Egret beside the real programs of other systems, on the same queues: Ruby's Sidekiq with Active Job, node-resque, and Ruby's
//! Delayed Job.
//!
//! A test makes a [`Place`](place::Place): a database of a real server, a folder, our application in it, and beside it as
//! many of the others' processes as it likes. The [`jobs`] have namesakes on each side, and all of them [tell](told) in that
//! database what they did; those on Delayed Job's [table](delayed_job) in a database of Redis beside it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

pub mod commands;
pub mod companion;
pub mod database;
pub mod delayed_job;
pub mod jobs;
pub mod page;
pub mod place;
pub mod told;
