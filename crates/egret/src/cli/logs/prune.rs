//! `egret logs prune`.

use std::time::Duration;

use clap::Args;
use egret_core::job_data::saturating_add;
use egret_core::{Change, JobFilter, Retention, Timestamp};

use super::super::agreement::AgreementArguments;
use super::super::arguments::Json;
use super::super::jobs::{Verb, change_all};
use super::super::{Exit, Failure, Session, moment};

/// Deletes finished jobs that ended so long ago or longer, with their attempts and logs
///
/// Shows how many there are and some of them, and asks. Services do the same by themselves, by `keep_logs` and `retention`
/// of config/job.yml.
#[derive(Args, Debug)]
pub(super) struct Prune {
    /// How long ago they ended, such as `30d`; `0s` for all that have ended
    #[arg(long, value_name = "TIME", value_parser = moment::parse_span)]
    older_than: Duration,
    #[command(flatten)]
    agreement: AgreementArguments,
    #[command(flatten)]
    pub(super) format: Json,
}

impl Prune {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let until = session.now().await?.checked_sub(self.older_than).unwrap_or(Timestamp::MIN);
        // Stores keep microseconds: a job that is exactly so old is meant, too, as services mean it.
        let mut filter = JobFilter::all().before(saturating_add(until, Duration::from_micros(1)));
        filter.states = Retention::STATES.to_vec();
        change_all(session, Verb::Delete, Change::Delete, filter, self.agreement.agreement()).await
    }
}
