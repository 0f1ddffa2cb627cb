//! Leaving by itself, by a protocol that cannot miss a job.

use std::time::Duration;

use egret_core::{Leave, Left, ServiceMode};

use super::engine::Engine;
use super::options::ExitRule;

/// How long the service stays without work before it tries to leave; `None` when it does not leave by itself.
pub(super) fn linger(engine: &Engine) -> Option<Duration> {
    let options = engine.options();
    match (options.exit, options.mode) {
        (ExitRule::WhenNothingIsDue, _) => Some(Duration::ZERO),
        (ExitRule::ByMode, ServiceMode::OnDemand) => Some(options.linger),
        (ExitRule::ByMode, ServiceMode::Service) => None,
    }
}

/// Whether the service has left, or may leave at once, after being idle for this long.
///
/// On demand the store decides in one step: it lets the service go only while nothing waits, and from then on the next
/// enqueue starts another one. So a job is either seen here or starts a service.
pub(super) async fn may_leave(engine: &Engine, idle: Duration) -> bool {
    let Some(linger) = linger(engine) else { return false };
    if idle < linger {
        return false;
    }
    if engine.options().exit == ExitRule::WhenNothingIsDue {
        return true;
    }
    let leave = Leave::WhenIdle(engine.selection());
    match engine.backend.leave(engine.service(), leave).await {
        Ok(Left::Gone) => true,
        Ok(Left::Stays { .. }) => false,
        Err(error) => {
            tracing::warn!(error = %crate::error::chain(&error), "failed to leave, staying");
            false
        }
    }
}
