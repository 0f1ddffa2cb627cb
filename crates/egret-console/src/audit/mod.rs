//! The trail of changes: who changed what through the console, and what it was before.

mod ledger;
mod trail;

pub(crate) use self::ledger::Ledger;
pub use self::trail::{Trace, TracedJob, Trail};
use crate::fault::Fault;
use crate::visit::Visit;

impl Visit {
    /// Writes down a change that was made, and has the next page look afresh.
    ///
    /// `action` is a stable name such as `jobs.retry`, `target` names what was changed, for people.
    pub(crate) async fn trace(
        &self,
        action: &'static str,
        target: impl Into<String>,
        before: serde_json::Value,
        after: serde_json::Value,
    ) -> Result<(), Fault> {
        self.trace_by(self.name(), action, target, before, after).await
    }

    /// The same for somebody who is only about to come in.
    pub(crate) async fn trace_by(
        &self,
        user: &str,
        action: &'static str,
        target: impl Into<String>,
        before: serde_json::Value,
        after: serde_json::Value,
    ) -> Result<(), Fault> {
        let trace = Trace { before, after, ..self.begun_trace(user, action, target.into()) };
        tracing::info!(user = trace.user, action, target = trace.target, "changed through the console");
        self.desk.trail.add(&trace).await?;
        self.desk.pulse.forget().await;
        Ok(())
    }

    /// A trace of this request that does not say yet what was changed.
    fn begun_trace(&self, user: &str, action: &'static str, target: String) -> Trace {
        let address = self.origin.address.map_or_else(String::new, |address| address.to_string());
        Trace { address, ..Trace::new(self.now, user, action, target) }
    }
}
