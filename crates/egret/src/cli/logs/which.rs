//! Which attempts are meant.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use egret_core::{ExecutionFilter, ExecutionState, Timestamp};
use jiff::tz::TimeZone;

use super::super::{Failure, Session, moment};
use crate::history::Day;
use crate::language::Sentence;

/// Which attempts are meant.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// Only attempts in this state; can be given several times
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = state_parser())]
    state: Vec<ExecutionState>,
    /// Only attempts from this queue
    #[arg(long, short, value_name = "QUEUE")]
    queue: Option<String>,
    /// Only attempts of this class
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only attempts of jobs of this user: the binding `user_id`
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Only attempts of jobs of this site: the binding `site_id`
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Only attempts of this day: `today`, `yesterday` or a date; by their end, or by their start while they run
    #[arg(long, value_name = "DAY", conflicts_with_all = ["since", "before"])]
    day: Option<String>,
    /// Only attempts since then: a time, a date, or how long ago, such as `1d`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only attempts before then: a time, a date, or how long ago
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
}

impl Which {
    pub(super) async fn filter(&self, session: &Session) -> Result<ExecutionFilter, Failure> {
        self.filter_at(session.now().await?, session.zone())
    }

    fn filter_at(&self, now: Timestamp, zone: &TimeZone) -> Result<ExecutionFilter, Failure> {
        let mut filter = ExecutionFilter::all();
        filter.states.clone_from(&self.state);
        filter.queue.clone_from(&self.queue);
        filter.class.clone_from(&self.class);
        filter.user.clone_from(&self.user);
        filter.site.clone_from(&self.site);
        if let Some(day) = &self.day {
            let day = Day::parse(day, now, zone)
                .map_err(|_| Failure::usage(Sentence::new("cli-no-day").with("text", day.as_str())))?;
            return Ok(day.bound(filter, zone));
        }
        filter.since = earlier(self.since.as_deref(), now, zone)?;
        filter.before = earlier(self.before.as_deref(), now, zone)?;
        Ok(filter)
    }
}

/// A moment, if one was said: how long ago, or when.
pub(in super::super) fn earlier(
    text: Option<&str>,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Timestamp>, Failure> {
    let read = |text| moment::parse_earlier(text, now, zone);
    text.map(read)
        .transpose()
        .map_err(|error| Failure::usage(Sentence::new("cli-bad-moment").with_part("error", error)))
}

/// The words of the states, so that a misspelt one is told from them.
fn state_parser() -> impl clap::builder::TypedValueParser<Value = ExecutionState> {
    PossibleValuesParser::new(ExecutionState::ALL.map(ExecutionState::as_str))
        .map(|word| word.parse().expect("it is one of the words of the states"))
}
