//! The control store: what a store keeps that is not the jobs' business, such as users, sessions, access tokens and the
//! trail of changes made by people.
//!
//! It is deliberately small: records with a kind and a key, whose bodies only their owners understand. Everything that
//! needs care between processes is one of three atomic steps: [`put`](ControlStore::put) under a condition,
//! [`take`](ControlStore::take) by exactly one caller, and expiry by the store's clock.

mod memory;
mod record;

use std::fmt::Debug;

use async_trait::async_trait;

pub use memory::MemoryControl;
pub use record::{ControlQuery, ControlRecord, KeyOrder, PutControl, PutWhen, StoredControl};

use crate::{Listing, Page, Result};

/// Keeps records of kinds beside jobs. A record that has expired is as good as gone in every answer.
#[async_trait]
pub trait ControlStore: Debug + Send + Sync {
    /// Stores a record if the condition holds, judged in the same atomic step. Durable when it returns, where the store
    /// is durable at all.
    async fn put(&self, put: PutControl) -> Result<StoredControl>;

    /// The record of the key.
    async fn get(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>>;

    /// Removes the record of the key and answers it: of any number of simultaneous callers exactly one gets it.
    async fn take(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>>;

    /// Records of a kind by their keys.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a cursor of another listing.
    async fn list(&self, query: &ControlQuery, page: &Page) -> Result<Listing<ControlRecord>>;

    /// Frees the room of expired records, and says of how many.
    async fn prune(&self) -> Result<u64>;
}
