//! Sidekiq's queues as Ruby's programs see them, by the list of acceptance of the format: each test bears the name of its case.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each test program uses its part")]
mod support;

mod active_job;
mod alone;
mod changes;
mod client;
mod encryption;
mod failover;
mod fetch;
mod iterations;
mod processes;
mod retries;
mod scheduler;
mod servers;
mod standing;
