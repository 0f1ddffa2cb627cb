//! How it stands: whether due jobs are late, for what causes, and what mends it.
//!
//! [`Status`] is the body of SHIRASAGI's `status.json` (1.21.0, `app/controllers/job/sys/statuses_controller.rb`) with an
//! object `egret` behind it. It is made in two steps: [`Facts`] asks the store, [`Status::of`] judges and speaks the
//! reader's language. The second is pure, so that every boundary can be tested to the microsecond.
//!
//! **Stuck** means that a job which is *due* is *late*. Upstream's test, any document older than 6 h, is true for jobs
//! that merely run long and blind to a service that is gone. Here a job is late when
//!
//! - it has waited for `stuck_after` (at exactly that long it is late), whatever the reason but a pause by a person;
//! - or nobody has polled its queue for [the grace](Facts::grace), or no service could be started for it;
//! - or the service that holds it has given no sign for the grace, and nobody has given the job back.
//!
//! A job that runs under a living service is never late. All times are those of the store's clock.

mod body;
mod cause;
mod facts;
mod judge;
#[cfg(test)]
mod tests;

pub use self::body::{ActiveJob, Egret, Item, Job, Notice, Status, Verdict};
pub use self::cause::{Cause, CauseCode, Severity};
pub use self::facts::Facts;
