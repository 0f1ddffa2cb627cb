//! Which cause it is.

use egret_core::shell::quoted;
use egret_core::{JobState, QUARANTINED};

use super::{Circumstances, Code, Reason, held, waiting};

/// The cause for which the job does not run.
pub(super) fn reason(circumstances: &Circumstances) -> Option<Reason> {
    let job = &circumstances.record;
    if job.state.is_terminal() {
        let is_quarantined = job.error.as_ref().is_some_and(|error| error.class == QUARANTINED);
        return (job.state == JobState::Discarded && is_quarantined).then(|| quarantined(circumstances));
    }
    Some(match job.claimed_by {
        Some(holder) => held::reason(circumstances, holder),
        None => waiting::reason(circumstances),
    })
}

fn quarantined(circumstances: &Circumstances) -> Reason {
    let job = &circumstances.record;
    let reason = Reason::new(Code::Quarantined, "why-quarantined", format!("egret jobs retry {}", quoted(&job.id)));
    let reason = reason.with_number("n", "n_interruptions", job.interruptions.into());
    match &job.error {
        Some(error) => reason.fact("error", error.message.as_str()),
        None => reason,
    }
}
