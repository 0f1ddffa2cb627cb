//! What is the case now: queues, services, the verdict.

use std::collections::BTreeMap;

use egret::language::{Language, Reader, TimeZone};
use egret::status::{Facts, Status, Verdict};
use egret_core::{ServiceRecord, Timestamp};

use super::exposition::{Exposition, Kind};
use crate::pulse::Beat;

pub(super) fn write(exposition: &mut Exposition, beat: &Beat) {
    let facts = &beat.facts;
    verdict(exposition, facts);
    queues(exposition, facts);
    services(exposition, facts);
    if let Some(per_minute) = beat.per_minute {
        exposition
            .metric("egret_attempts_per_minute", Kind::Gauge, "Attempts that ended in a minute, by the latest ones.")
            .count(&[], per_minute);
    }
}

fn verdict(exposition: &mut Exposition, facts: &Facts) {
    // Only figures are taken, so that it does not matter who reads.
    let status = Status::of(facts, &Reader::new(Language::English, TimeZone::UTC));
    exposition
        .metric("egret_info", Kind::Gauge, "Always 1; the version and the adapter of the store are labels.")
        .count(&[("version", &status.egret.version), ("adapter", &facts.adapter)], 1);
    exposition
        .metric("egret_stuck", Kind::Gauge, "1 while a job that is due is late, else 0.")
        .count(&[], u64::from(status.status == Verdict::Stucked));
    exposition.metric("egret_causes", Kind::Gauge, "Jobs that wait for a cause that is or will be a problem.");
    let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
    for cause in &status.egret.causes {
        *by_code.entry(cause.code.as_str()).or_default() += cause.n_jobs;
    }
    by_code.into_iter().for_each(|(code, n_jobs)| exposition.count(&[("code", code)], n_jobs));
    exposition
        .metric("egret_oldest_due_seconds", Kind::Gauge, "For how long the oldest due job has waited; 0 if none does.")
        .sample(&[], status.egret.oldest_due_seconds.unwrap_or(0.0));
}

fn queues(exposition: &mut Exposition, facts: &Facts) {
    exposition.metric("egret_jobs", Kind::Gauge, "Jobs by queue and state.");
    for row in &facts.counts.rows {
        exposition.count(&[("queue", &row.queue), ("state", row.state.as_str())], row.n_jobs);
    }
    let mut due: BTreeMap<&str, (u64, Timestamp)> = BTreeMap::new();
    for row in &facts.backlog.rows {
        let (n_due, oldest) = due.entry(&row.queue).or_insert((0, row.oldest_due_at));
        *n_due += row.n_due;
        *oldest = row.oldest_due_at.min(*oldest);
    }
    exposition.metric("egret_queue_due_jobs", Kind::Gauge, "Jobs that are due and that nobody has taken.");
    due.iter().for_each(|(queue, (n_due, _))| exposition.count(&[("queue", queue)], *n_due));
    exposition.metric(
        "egret_queue_latency_seconds",
        Kind::Gauge,
        "For how long the oldest due job of a queue has waited.",
    );
    for (queue, (_, oldest)) in &due {
        let seconds = facts.now.duration_since(*oldest).as_secs_f64().max(0.0);
        exposition.sample(&[("queue", queue)], seconds);
    }
    exposition.metric("egret_queue_paused", Kind::Gauge, "1 for each queue that a person has paused.");
    facts.paused.iter().for_each(|queue| exposition.count(&[("queue", queue)], 1));
}

fn services(exposition: &mut Exposition, facts: &Facts) {
    let mut by_name: BTreeMap<&str, u64> = BTreeMap::from([(facts.section.name.as_str(), 0)]);
    let living: Vec<&ServiceRecord> = facts.heard().collect();
    living.iter().for_each(|service| *by_name.entry(&service.name).or_default() += 1);
    exposition.metric("egret_services", Kind::Gauge, "Services that live, by name.");
    by_name.into_iter().for_each(|(name, n)| exposition.count(&[("name", name)], n));
    let mut each = |name, kind, help, value: fn(&ServiceRecord) -> u64| {
        exposition.metric(name, kind, help);
        for service in &living {
            let pid = service.process.pid.to_string();
            let labels = [("name", service.name.as_str()), ("host", &service.process.host), ("pid", &pid)];
            exposition.count(&labels, value(service));
        }
    };
    each("egret_service_resident_bytes", Kind::Gauge, "Memory that a service uses; 0 if unknown.", |service| {
        service.resident_bytes
    });
    each("egret_service_concurrency", Kind::Gauge, "Jobs that a service runs at once at most.", |service| {
        service.concurrency.into()
    });
    each("egret_service_running_jobs", Kind::Gauge, "Jobs that a service runs now.", |service| {
        service.n_running.into()
    });
    each(
        "egret_service_finished_jobs_total",
        Kind::Counter,
        "Jobs that a service has ended since it started.",
        |service| service.n_finished,
    );
}
