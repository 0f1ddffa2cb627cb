//! Jobs whose service died while no other one is alive to notice.

use super::Failure;
use crate::App;

/// Gives back what dead services held, if there are any: on demand the last service may have died, and the next one is
/// started only for jobs that wait. Answers whether there were any.
pub(super) async fn give_back_jobs_of_the_dead(app: &App) -> Result<bool, Failure> {
    if app.backend().services().await?.iter().all(|service| service.is_alive) {
        return Ok(false);
    }
    Ok(!app.backend().rescue().await?.dead_services.is_empty())
}
