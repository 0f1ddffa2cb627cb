//! The verb *size*: how much room the database takes.

use egret_core::{Result, StoreSize};
use rusqlite::Connection;

use crate::backend::SqliteBackend;

impl SqliteBackend {
    pub(crate) async fn tell_size(&self) -> Result<StoreSize> {
        self.lookups.call("tell the size of the store", |session| read_size(session.connection)).await
    }
}

/// Pages in use and pages to be used again, in bytes, as of the connection's transaction.
pub(crate) fn read_size(connection: &Connection) -> rusqlite::Result<StoreSize> {
    let ask = |pragma: &str| connection.prepare_cached(pragma)?.query_row([], |row| row.get::<_, i64>(0));
    let page = ask("PRAGMA page_size")?;
    let (n_pages, n_free) = (ask("PRAGMA page_count")?, ask("PRAGMA freelist_count")?);
    let bytes = |n_pages: i64| n_pages.saturating_mul(page).unsigned_abs();
    Ok(StoreSize { used_bytes: bytes(n_pages.saturating_sub(n_free).max(0)), free_bytes: bytes(n_free) })
}
