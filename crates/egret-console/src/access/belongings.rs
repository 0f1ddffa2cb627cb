//! What belongs to a user, and ends with him.

use egret_core::{ControlQuery, ControlStore, Page, Result};

/// The kinds of records in the control store.
pub(super) const SESSION: &str = "session";
pub(super) const ONCE: &str = "access_token";
pub(super) const LONG_LIVED: &str = "bearer_token";

/// Ends the sessions of a user.
pub(super) async fn end_sessions(control: &dyn ControlStore, user: &str) -> Result<()> {
    end(control, SESSION, user).await
}

/// Ends his sessions and tokens.
pub(super) async fn end_all(control: &dyn ControlStore, user: &str) -> Result<()> {
    for kind in [SESSION, ONCE, LONG_LIVED] {
        end(control, kind, user).await?;
    }
    Ok(())
}

async fn end(control: &dyn ControlStore, kind: &str, user: &str) -> Result<()> {
    let query = ControlQuery::of_kind(kind).owned_by(user);
    loop {
        // Always the first page: what was on it is gone.
        let listing = control.list(&query, &Page::first(200)).await?;
        if listing.items.is_empty() {
            return Ok(());
        }
        for record in listing.items {
            control.take(kind, &record.key).await?;
        }
    }
}
