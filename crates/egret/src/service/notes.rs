//! Notes: log lines of running jobs on their way to the store, so that they can be followed live.

use std::sync::Arc;
use std::time::Duration;

use egret_core::Note;

use super::engine::Engine;
use crate::execution_log::ExecutionLog;

/// Lines gather for this long before they are told.
const GATHER: Duration = Duration::from_millis(100);

/// Tells the store of new log lines for ever.
pub(super) async fn tell_notes(engine: Arc<Engine>) {
    if !engine.backend.capabilities().notes {
        return;
    }
    loop {
        engine.logs.changed().await;
        tokio::time::sleep(GATHER).await;
        let logs = engine.logs.take_changed();
        let notes: Vec<Note> = logs.iter().filter_map(|log| log.note()).collect();
        if notes.is_empty() {
            continue;
        }
        // A stale note belongs to a run that is being cancelled; its lines are still in the attempt's file.
        if let Err(error) = engine.backend.note(notes.clone()).await {
            tracing::warn!(error = %crate::error::chain(&error), "failed to note log lines");
            put_back(&logs, notes);
        }
    }
}

/// Keeps what the store could not take for the next note, or for the end of the run.
fn put_back(logs: &[Arc<ExecutionLog>], notes: Vec<Note>) {
    for note in notes {
        if let Some(log) = logs.iter().find(|log| log.token() == note.token) {
            log.put_back(note.log_lines);
        }
    }
}
