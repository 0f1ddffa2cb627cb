//! Resque's queues: jobs of Active Job and of Resque itself, from Ruby and for Ruby; Resque 1.27 to 3 with the delayed jobs of
//! resque-scheduler.
//!
//! What a Ruby or node worker on the same queues must be able to read is written byte for byte as Ruby writes it; what others
//! write in other ways is read.

mod delayed;
mod envelope;
mod failed;
mod failure;
mod fingerprint;
mod format;
mod job;
mod memory;
mod names;
mod options;
mod pairs;
mod presence;
mod prune;
mod strangers;
mod times;
mod worker_id;
mod working;

use std::sync::Arc;

use egret_core::{Backend, Result};

pub use job::FORMAT;
pub use options::{FailureLists, ResqueOptions, RetriedFailures};

use self::format::Resque;
use crate::store::{Handle, Store};

/// Opens Resque's queues.
///
/// # Errors
/// [`Unavailable`](egret_core::ErrorKind::Unavailable) when the server cannot be reached,
/// [`Refused`](egret_core::ErrorKind::Refused) when it is older than 6.2, part of a cluster, or does not let this user in.
pub async fn open(options: ResqueOptions) -> Result<Arc<dyn Backend>> {
    let (address, timing) = (options.address.clone(), options.timing);
    let store = Store::open(address, Resque::new(options), timing).await?;
    Ok(Arc::new(Handle(Arc::new(store))))
}
