//! What has run lately: how long, and with what success. From a bounded part of the history, so that a scrape costs the same
//! on a store of any size.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, Execution, ExecutionFilter, ExecutionOrder, ExecutionState, Page, Result, Timestamp};

use super::exposition::{Exposition, Kind};

/// How far back the figures go.
const SPAN: Duration = Duration::from_secs(300);
/// Attempts that are looked at.
const SAMPLE: usize = 1_000;
/// Classes that have figures of their own; a program that makes up names of classes must not fill the monitoring.
const MAX_CLASSES: usize = 100;
/// Those beyond them.
const OTHER: &str = "other";
const QUANTILES: [(&str, f64); 3] = [("0.5", 0.5), ("0.95", 0.95), ("1", 1.0)];

/// The attempts that ended lately.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// How much of the time before now they cover.
    covered: Duration,
    by_class: BTreeMap<String, Class>,
}

/// Those of one class.
#[derive(Debug, Default)]
struct Class {
    by_state: BTreeMap<&'static str, u64>,
    /// Seconds, of attempts whose code began.
    durations: Vec<f64>,
}

/// Looks at the latest attempts.
pub(super) async fn recent(backend: &Arc<dyn Backend>, now: Timestamp) -> Result<Recent> {
    let since = now.saturating_sub(SPAN).unwrap_or(now);
    let filter = ExecutionFilter::all().since(since);
    let listing = backend.inspect_executions(&filter, ExecutionOrder::LatestFirst, &Page::first(SAMPLE)).await?;
    let is_whole = listing.next.is_none();
    let ended = listing.items.iter().map(|record| &record.execution).filter(|execution| execution.closed_at.is_some());
    let mut recent = Recent { covered: SPAN, ..Recent::default() };
    for execution in ended {
        recent.add(execution);
        if let (false, Some(closed_at)) = (is_whole, execution.closed_at) {
            recent.covered = now.duration_since(closed_at).unsigned_abs().min(SPAN);
        }
    }
    Ok(recent)
}

impl Recent {
    fn add(&mut self, execution: &Execution) {
        let has_room = self.by_class.len() < MAX_CLASSES || self.by_class.contains_key(&execution.class);
        let name = if has_room { execution.class.as_str() } else { OTHER };
        let class = self.by_class.entry(name.to_owned()).or_default();
        *class.by_state.entry(execution.state.as_str()).or_default() += 1;
        if let (Some(started_at), Some(closed_at)) = (execution.started_at, execution.closed_at) {
            class.durations.push(closed_at.duration_since(started_at).as_secs_f64().max(0.0));
        }
    }
}

pub(super) fn write(exposition: &mut Exposition, recent: &Recent) {
    exposition
        .metric("egret_recent_seconds", Kind::Gauge, "How much of the time before now the egret_recent figures cover.")
        .sample(&[], recent.covered.as_secs_f64());
    exposition.metric("egret_recent_attempts", Kind::Gauge, "Attempts that ended lately, by class and state.");
    for (name, class) in &recent.by_class {
        for (state, n) in &class.by_state {
            exposition.count(&[("class", name), ("state", state)], *n);
        }
    }
    exposition.metric(
        "egret_recent_failures",
        Kind::Gauge,
        "Attempts that failed or were interrupted lately, by class.",
    );
    for (name, class) in &recent.by_class {
        let states = [ExecutionState::Failed, ExecutionState::Interrupted];
        let n = states.iter().filter_map(|state| class.by_state.get(state.as_str())).sum();
        exposition.count(&[("class", name)], n);
    }
    exposition.metric(
        "egret_recent_duration_seconds",
        Kind::Gauge,
        "How long attempts took lately, by class and quantile.",
    );
    for (name, class) in &recent.by_class {
        let mut durations = class.durations.clone();
        durations.sort_by(f64::total_cmp);
        for (label, quantile) in QUANTILES {
            if let Some(seconds) = nearest_rank(&durations, quantile) {
                exposition.sample(&[("class", name), ("quantile", label)], seconds);
            }
        }
    }
}

/// The smallest of the sorted values below or at which lies that share of them.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a sample is small, and a share of it no longer than it"
)]
fn nearest_rank(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use egret_core::{JobId, Runner, ServiceId};

    use super::*;

    fn attempt(class: &str, state: ExecutionState, seconds: i64) -> Execution {
        let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        Execution {
            job_id: JobId::generate(),
            attempt: 1,
            state,
            queue: "default".to_owned(),
            class: class.to_owned(),
            started_at: Some(start),
            closed_at: Some(start + Duration::from_secs(u64::try_from(seconds).unwrap())),
            runner: Runner { service: ServiceId::generate(), host: "h".to_owned(), pid: 1 },
            error: None,
        }
    }

    #[test]
    fn durations_and_failures_are_told_by_class() {
        let mut recent = Recent::default();
        (1..=10).for_each(|seconds| recent.add(&attempt("A", ExecutionState::Completed, seconds)));
        recent.add(&attempt("A", ExecutionState::Failed, 20));
        recent.add(&attempt("B", ExecutionState::Interrupted, 1));
        let mut exposition = Exposition::default();
        write(&mut exposition, &recent);
        let text = exposition.into_text();
        for line in [
            "egret_recent_attempts{class=\"A\",state=\"completed\"} 10",
            "egret_recent_failures{class=\"A\"} 1",
            "egret_recent_failures{class=\"B\"} 1",
            "egret_recent_duration_seconds{class=\"A\",quantile=\"0.5\"} 6",
            "egret_recent_duration_seconds{class=\"A\",quantile=\"1\"} 20",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} is not in {text}");
        }
    }

    #[test]
    fn classes_without_number_are_told_together() {
        let mut recent = Recent::default();
        (0..1_000).for_each(|n| recent.add(&attempt(&format!("Class{n}"), ExecutionState::Completed, 1)));
        assert_eq!(recent.by_class.len(), MAX_CLASSES + 1);
        assert_eq!(recent.by_class[OTHER].by_state["completed"], 900);
    }

    #[test]
    fn quantiles_are_values_of_the_sample() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        let at = |share| nearest_rank(&sorted, share).unwrap();
        assert!((at(0.5) - 50.0).abs() < f64::EPSILON && (at(0.95) - 95.0).abs() < f64::EPSILON);
        assert!((at(1.0) - 100.0).abs() < f64::EPSILON);
        assert_eq!(nearest_rank(&[], 0.5), None);
        assert_eq!(nearest_rank(&[7.0], 0.5), Some(7.0));
    }
}
