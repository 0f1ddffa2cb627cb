//! The console over its router: who gets in, what pages show, what forms change.

#![allow(clippy::unwrap_used, reason = "what fails in a test is to be loud")]

mod audit;
mod changes;
mod crawl;
mod discarded;
mod door;
mod first_login;
mod forgery;
mod jobs;
mod limits;
mod logs;
mod matrix;
mod metrics;
mod mounted;
mod new_job;
mod own;
mod pages;
mod queues;
mod reservations;
mod services;
mod silence;
mod site;
mod status;
mod stock;
mod stores;
mod stuck;
mod tasks;
mod tokens;
mod traced;
mod wire;
mod work;
