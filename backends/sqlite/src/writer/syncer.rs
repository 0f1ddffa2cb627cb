//! The thread that waits for the disk in place of the writer.
//!
//! A claim promises nothing that a power loss could break, so in the process of a service it should not wait in the writer's
//! queue while the disk takes an enqueue or the end of another job. Where no service lives, nobody gains from a change of
//! thread, and the writer waits by itself.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::desk::fail_all;
use super::{Operation, THREAD_STACK};
use crate::log_sync::LogSync;

/// Operations that are committed, and that are answered once the commit survives a power loss.
pub(super) type Group = Vec<Box<dyn Operation>>;

/// A handle on the thread, which starts with the first group and ends, with everything answered, with the handle.
#[derive(Debug, Default)]
pub(super) struct Syncer {
    thread: Option<(Sender<Group>, JoinHandle<()>)>,
}

impl Syncer {
    /// Has the group answered after the log was synced.
    ///
    /// # Errors
    /// The group, when the system gives no thread.
    pub(super) fn hand_over(&mut self, log: &LogSync, group: Group) -> Result<(), Group> {
        match self.line(log) {
            Some(groups) => groups.send(group).map_err(|unsent| unsent.0),
            None => Err(group),
        }
    }

    /// The way to the thread; `None` when the system gives none.
    pub(super) fn line(&mut self, log: &LogSync) -> Option<&Sender<Group>> {
        if self.thread.is_none() {
            self.thread = start(log.clone()).ok();
        }
        self.thread.as_ref().map(|(groups, _)| groups)
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        if let Some((groups, thread)) = self.thread.take() {
            drop(groups);
            if thread.join().is_err() {
                tracing::error!("the thread that syncs a store panicked");
            }
        }
    }
}

fn start(log: LogSync) -> std::io::Result<(Sender<Group>, JoinHandle<()>)> {
    let (sender, groups) = channel();
    let builder = std::thread::Builder::new().name("egret-sync".to_owned()).stack_size(THREAD_STACK);
    Ok((sender, builder.spawn(move || work(&log, &groups))?))
}

/// What came while the disk was busy shares the next turn.
fn work(log: &LogSync, groups: &Receiver<Group>) {
    while let Ok(mut group) = groups.recv() {
        group.extend(groups.try_iter().flatten());
        answer_synced(log, group);
    }
}

/// Syncs the log and answers the operations, which are durable ones: nobody undoes them.
pub(super) fn answer_synced(log: &LogSync, group: Group) {
    match log.sync() {
        Ok(()) => {
            for operation in group {
                let undoing = operation.answer();
                debug_assert!(undoing.is_none(), "a promise is not taken back");
            }
        }
        Err(error) => fail_all(group, error),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc;

    use super::*;
    use crate::writer::{Session, WriteError};

    /// Tells how it ended.
    struct Promise(mpsc::Sender<Result<(), String>>);

    impl Operation for Promise {
        fn is_abandoned(&self) -> bool {
            false
        }

        fn look(&mut self, _: &mut Session<'_>) -> rusqlite::Result<bool> {
            Ok(false)
        }

        fn run(&mut self, _: &mut Session<'_>) -> rusqlite::Result<()> {
            Ok(())
        }

        fn answer(self: Box<Self>) -> Option<Box<dyn Operation>> {
            self.0.send(Ok(())).unwrap();
            None
        }

        fn fail(self: Box<Self>, error: WriteError) {
            self.0.send(Err(error.of_verb("keep a promise").to_string())).unwrap();
        }

        fn is_durable(&self) -> bool {
            true
        }

        fn weight(&self) -> usize {
            1
        }
    }

    fn hand_over(log: &LogSync) -> Vec<Result<(), String>> {
        let (sender, ends) = mpsc::channel();
        let mut syncer = Syncer::default();
        for n_operations in [1, 2] {
            let group = (0..n_operations).map(|_| Box::new(Promise(sender.clone())) as Box<dyn Operation>).collect();
            assert!(syncer.hand_over(log, group).is_ok());
        }
        drop((syncer, sender));
        ends.iter().collect()
    }

    #[test]
    fn everything_is_answered_before_the_handle_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("egret.db-wal"), "").unwrap();
        let mut log = LogSync::of(&folder.path().join("egret.db"));
        log.open().unwrap();
        assert_eq!(hand_over(&log), [Ok(()), Ok(()), Ok(())]);
    }

    #[test]
    fn a_disk_that_fails_breaks_every_promise_of_the_group() {
        // It is not open, so it cannot be synced.
        let ends = hand_over(&LogSync::of(Path::new("/nonexistent/egret.db")));
        assert_eq!(ends.len(), 3);
        assert!(ends.iter().all(|end| end.as_ref().is_err_and(|error| error.contains("keep a promise"))), "{ends:?}");
    }
}
