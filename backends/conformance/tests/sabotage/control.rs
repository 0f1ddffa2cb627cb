//! A control store whose records can be taken again and again.

use std::sync::Arc;

use async_trait::async_trait;
use egret_core::{ControlQuery, ControlRecord, ControlStore, Listing, Page, PutControl, Result, StoredControl};

/// Looks where it should take.
#[derive(Debug)]
pub(crate) struct Reusable(pub(crate) Arc<dyn ControlStore>);

#[async_trait]
impl ControlStore for Reusable {
    async fn put(&self, put: PutControl) -> Result<StoredControl> {
        self.0.put(put).await
    }

    async fn get(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        self.0.get(kind, key).await
    }

    async fn take(&self, kind: &str, key: &str) -> Result<Option<ControlRecord>> {
        self.0.get(kind, key).await
    }

    async fn list(&self, query: &ControlQuery, page: &Page) -> Result<Listing<ControlRecord>> {
        self.0.list(query, page).await
    }

    async fn prune(&self) -> Result<u64> {
        self.0.prune().await
    }
}
