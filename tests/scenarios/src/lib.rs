//! Whole services and applications as processes: the application under test, and what its tests share.
//!
//! The application is the program `scenario-app`: the command line of Egret with the [`jobs`] and [`commands`] of this
//! crate. A test makes an [`Application`](application::Application) (a folder with a store of its own), runs the program
//! in it as often as it likes, kills what it likes, and reads in a [`ledger`](ledger::Ledger) what the jobs did.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

pub mod application;
pub mod commands;
pub mod foreground;
pub mod jobs;
pub mod ledger;
pub mod patience;
pub mod processes;
pub mod scale;
pub mod standstill;
pub mod store;
pub mod told;
