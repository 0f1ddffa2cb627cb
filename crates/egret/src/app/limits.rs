//! The limits of the configuration, as conditions of an enqueue: `pool.NAME.max_size` and `size_limit_per_user`.
//!
//! Both are judged in the atomic step that stores the job, so that neither can be exceeded by enqueuers that come at the
//! same moment. In SHIRASAGI both are looked at before the insert (1.21.0, `app/jobs/concerns/job/ss/limit.rb` and
//! `lib/active_job/queue_adapters/shirasagi_adapter.rb`).

use egret_core::{NewJob, UserLimit};

use super::App;
use crate::job::{Bindings, bindings};

impl App {
    /// Adds the limits that hold for a job to its conditions. What the job brings along itself stays.
    ///
    /// A store that judges no conditions has limits of its own, or none.
    pub(super) fn limit(&self, job: &mut NewJob) {
        if !self.backend().capabilities().conditions {
            return;
        }
        let queue_size = self.config().pools.max_size(job.data.queue());
        let user = self.user_limit(job);
        if queue_size.is_none() && user.is_none() {
            return;
        }
        let conditions = job.conditions.get_or_insert_default();
        conditions.max_queue_size = conditions.max_queue_size.or(queue_size);
        conditions.user_limit = conditions.user_limit.take().or(user);
    }

    fn user_limit(&self, job: &NewJob) -> Option<UserLimit> {
        let limit = self.section().size_limit_per_user?;
        let user_id = Bindings::of(&job.data).get(bindings::USER)?.to_owned();
        Some(UserLimit { user_id, limit })
    }
}
