//! Sidekiq's queues: jobs of Active Job and of Sidekiq itself, from Ruby and for Ruby.

mod backtrace;
mod envelope;
mod expiry;
mod failure;
mod format;
#[cfg(test)]
mod golden;
mod memory;
mod metrics;
mod options;
mod payload;
mod polling;
mod process;
mod ruby_json;
mod shelves;
mod strangers;
mod times;

use std::sync::Arc;

use egret_core::{Backend, Result};

pub use options::SidekiqOptions;
pub use polling::Polling;
pub use times::PayloadTimes;

use self::format::Sidekiq;
use crate::store::{Handle, Store};

/// Opens Sidekiq's queues.
///
/// # Errors
/// [`Unavailable`](egret_core::ErrorKind::Unavailable) when the server cannot be reached,
/// [`Refused`](egret_core::ErrorKind::Refused) when it is older than 6.2, part of a cluster, or does not let this user in.
pub async fn open(options: SidekiqOptions) -> Result<Arc<dyn Backend>> {
    let (address, timing) = (options.address.clone(), options.timing);
    let store = Store::open(address, Sidekiq::new(options), timing).await?;
    Ok(Arc::new(Handle(Arc::new(store))))
}
