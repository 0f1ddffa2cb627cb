//! Sidekiq's and Resque's queues as stores of Egret, on Redis 6.2 to 8 and Valkey.
//!
//! Jobs are claimed into a hash of the service, so that a process that dies loses none (their own workers do), while
//! everything that others see is that of the system itself: payloads, queues, sorted sets, processes, workers, figures.
//!
//! TLS is rustls with its provider ring, named where connections are made: no provider of the process is asked for or set.

mod driver;
pub mod resque;
pub mod sidekiq;
mod store;

pub use driver::{Address, BadAddress};
