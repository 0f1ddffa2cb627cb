//! Which attempts are meant.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use egret_core::{ExecutionFilter, ExecutionState, Timestamp};
use jiff::tz::TimeZone;

use super::super::{Failure, Session, moment};
use crate::history::Day;

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
    /// Only attempts of this day: `today`, `yesterday` or a date; by their end, or by their start while they run
    #[arg(long, value_name = "DAY", conflicts_with = "since")]
    day: Option<String>,
    /// Only attempts since then: a time, a date, or how long ago, such as `1d`
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
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
        if let Some(day) = &self.day {
            let day = Day::parse(day, now, zone).map_err(|error| Failure::usage(error.to_string()))?;
            return Ok(day.bound(filter, zone));
        }
        filter.since = self.since.as_deref().map(|since| earlier(since, now, zone)).transpose()?;
        Ok(filter)
    }
}

/// How long ago, or a moment; of a time of day its last occurrence.
fn earlier(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Failure> {
    if let Ok(span) = moment::parse_span(text) {
        return Ok(now.checked_sub(span).unwrap_or(Timestamp::MIN));
    }
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    match moment::parse(text, now, zone) {
        Ok(moment) if moment > now => Ok(moment.checked_sub(day).unwrap_or(moment)),
        Ok(moment) => Ok(moment),
        Err(error) => Err(Failure::usage(format!("{error}, or how long ago, such as `1d`"))),
    }
}

/// The words of the states, so that a misspelt one is told from them.
fn state_parser() -> impl clap::builder::TypedValueParser<Value = ExecutionState> {
    PossibleValuesParser::new(ExecutionState::ALL.map(ExecutionState::as_str))
        .map(|word| word.parse().expect("it is one of the words of the states"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_takes_how_long_ago_and_moments() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let now: Timestamp = "2026-11-23T03:00:00Z".parse().unwrap();
        let since = |text: &str| earlier(text, now, &zone).map(|moment| moment.to_string());
        assert_eq!(since("1d").unwrap(), "2026-11-22T03:00:00Z");
        assert_eq!(since("2026-11-01").unwrap(), "2026-10-31T15:00:00Z");
        assert_eq!(since("11:00").unwrap(), "2026-11-23T02:00:00Z");
        assert_eq!(since("13:00").unwrap(), "2026-11-22T04:00:00Z", "the last one, not the next");
        assert!(since("soon").unwrap_err().to_string().contains("such as `1d`"));
    }
}
