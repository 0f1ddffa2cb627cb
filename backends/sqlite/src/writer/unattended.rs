//! Operations whose answer nobody waits for.

use tokio::sync::oneshot;

use super::{Call, Nature, Operation, Session, WriteError};

/// An operation whose answer nobody waits for.
pub(crate) fn undo_operation<R>(verb: &'static str, run: R) -> Box<dyn Operation>
where
    R: FnMut(&mut Session<'_>) -> rusqlite::Result<()> + Send + 'static,
{
    Box::new(Unattended(Call {
        nature: Nature::light(verb),
        look: |_: &mut Session<'_>| Ok(None),
        run,
        undo: |()| None,
        value: None,
        reply: oneshot::channel().0,
    }))
}

/// Runs although nobody waits for it.
struct Unattended<O>(O);

impl<O: Operation> Operation for Unattended<O> {
    fn is_abandoned(&self) -> bool {
        false
    }

    fn look(&mut self, _: &mut Session<'_>) -> rusqlite::Result<bool> {
        Ok(false)
    }

    fn run(&mut self, session: &mut Session<'_>) -> rusqlite::Result<()> {
        self.0.run(session)
    }

    fn answer(self: Box<Self>) -> Option<Box<dyn Operation>> {
        None
    }

    fn fail(self: Box<Self>, error: WriteError) {
        tracing::warn!(?error, "failed to undo an operation whose caller has gone");
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn weight(&self) -> usize {
        self.0.weight()
    }
}
