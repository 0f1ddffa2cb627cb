//! The trail of changes: who changed what through the console, and what it was before.

mod trail;

pub use self::trail::{Trace, Trail};
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
        let address = self.origin.address.map_or_else(String::new, |address| address.to_string());
        let trace = Trace {
            at: self.now,
            user: user.to_owned(),
            address,
            action: action.to_owned(),
            target: target.into(),
            before,
            after,
        };
        tracing::info!(user = trace.user, action, target = trace.target, "changed through the console");
        self.desk.trail.add(&trace).await?;
        self.desk.pulse.forget().await;
        Ok(())
    }
}
