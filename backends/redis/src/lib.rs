//! Sidekiq's queues as a store of Egret, on Redis 6.2 to 8 and Valkey.
//!
//! Jobs are claimed into a hash of the service, so that a process that dies loses none (Sidekiq's own fetch does), while
//! everything that others see is Sidekiq's own: payloads, queues, sorted sets, processes, figures.
//!
//! TLS is rustls with its provider ring, named where connections are made: no provider of the process is asked for or set.

mod driver;
pub mod sidekiq;
mod store;

pub use driver::{Address, BadAddress};
