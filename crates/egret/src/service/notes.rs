//! Notes: log lines of running jobs on their way to the store, so that they can be followed live.

use std::sync::Arc;
use std::time::Duration;

use egret_core::Note;

use super::engine::Engine;

/// Lines gather for this long before they are told.
const GATHER: Duration = Duration::from_millis(100);

/// Tells the store of new log lines for ever.
pub(super) async fn tell_notes(engine: Arc<Engine>) {
    if !engine.backend.capabilities().notes {
        return;
    }
    loop {
        engine.logs.dirty().await;
        tokio::time::sleep(GATHER).await;
        let notes: Vec<Note> = engine.logs.take_notes();
        if notes.is_empty() {
            continue;
        }
        // A stale note belongs to a run that is being cancelled; lost lines are still in the attempt's file.
        if let Err(error) = engine.backend.note(notes).await {
            tracing::warn!(error = %crate::error::chain(&error), "failed to note log lines");
        }
    }
}
