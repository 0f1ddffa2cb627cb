//! From facts to findings: which due jobs are late, and why.

use egret_core::{BacklogRow, ServiceRecord, Timestamp, queue_is_among};

use super::cause::{CauseCode, Finding, Severity, between};
use super::facts::Facts;
use crate::config::Mode;
use egret_core::shell::quoted;

/// Causes that say that somebody is not there, who might give no sign.
const SAYS_NOBODY: [CauseCode; 3] = [CauseCode::NoService, CauseCode::QueueUnpolled, CauseCode::ClassUnknown];

/// Everything that is wrong, what to mend first at the front.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in &facts.backlog.rows {
        if let Some(finding) = of_row(facts, row) {
            add(&mut findings, finding);
        }
    }
    findings.extend(facts.services.iter().filter_map(|service| of_holder(facts, service)));
    findings.extend(of_idle_mode(facts, &findings));
    findings.sort_by_key(|finding| (finding.severity, finding.code));
    findings
}

/// Adds what is about the same thing together.
fn add(findings: &mut Vec<Finding>, finding: Finding) {
    let same = |known: &&mut Finding| {
        (known.code, known.severity, &known.queue, &known.class)
            == (finding.code, finding.severity, &finding.queue, &finding.class)
    };
    match findings.iter_mut().find(same) {
        Some(known) => {
            known.n_jobs += finding.n_jobs;
            known.since = [known.since, finding.since].into_iter().flatten().min();
        }
        None => findings.push(finding),
    }
}

fn of_row(facts: &Facts, row: &BacklogRow) -> Option<Finding> {
    let waited = between(row.oldest_due_at, facts.now);
    let is_overdue = waited >= facts.section.stuck_after;
    let code = code_of(facts, row);
    let unpolled = facts.unpolled_since(row);
    let severity = match code {
        CauseCode::Paused => Severity::Warning,
        _ if is_overdue || code == CauseCode::StartFailed => Severity::Stuck,
        _ if unpolled.is_some_and(|since| between(since, facts.now) >= facts.grace) => {
            if facts.may_be_polled_unseen(&row.queue) { Severity::Warning } else { Severity::Stuck }
        }
        // What has lasted for moments only is how a store lives.
        CauseCode::ClassUnknown if waited >= facts.grace => Severity::Warning,
        _ => return None,
    };
    let queue = (code != CauseCode::NoService).then(|| row.queue.clone());
    let class = row.class.clone().filter(|_| code == CauseCode::ClassUnknown);
    Some(Finding {
        severity,
        n_jobs: row.n_due,
        since: Some(row.oldest_due_at),
        service: None,
        error: facts.start.as_ref().and_then(|start| start.last_error.clone()),
        may_be_unseen: facts.unseen_workers && SAYS_NOBODY.contains(&code),
        remedy: remedy(facts, code, row),
        code,
        queue,
        class,
    })
}

fn code_of(facts: &Facts, row: &BacklogRow) -> CauseCode {
    if facts.paused.contains(&row.queue) {
        return CauseCode::Paused;
    }
    let polls = |service: &ServiceRecord| queue_is_among(&service.queues, &row.queue);
    let mut polling = facts.heard().filter(|service| polls(service)).peekable();
    if polling.peek().is_none() {
        return without_service(facts, row);
    }
    match row.class.as_deref() {
        Some(class) if !polling.any(|service| service.classes.contains(class)) => CauseCode::ClassUnknown,
        _ => CauseCode::Behind,
    }
}

/// Nobody polls the queue: the reason depends on who would.
fn without_service(facts: &Facts, row: &BacklogRow) -> CauseCode {
    let is_any_heard = facts.heard().next().is_some();
    let nobody = if is_any_heard { CauseCode::QueueUnpolled } else { CauseCode::NoService };
    let Some(start) = &facts.start else { return nobody };
    if !queue_is_among(&facts.section.queues, &row.queue) {
        return CauseCode::QueueUnpolled;
    }
    if row.class.as_deref().is_some_and(|class| !facts.classes.contains(class)) {
        return CauseCode::ClassUnknown;
    }
    if start.failures > 0 {
        return CauseCode::StartFailed;
    }
    nobody
}

/// The command that mends it and loses nothing.
fn remedy(facts: &Facts, code: CauseCode, row: &BacklogRow) -> String {
    match code {
        CauseCode::NoService if facts.start.is_some() => "egret status".to_owned(),
        CauseCode::NoService | CauseCode::HeldByDead => "egret run --mode service".to_owned(),
        CauseCode::QueueUnpolled => format!("EGRET_POLLING_QUEUES={} egret run --mode service", quoted(&row.queue)),
        CauseCode::StartFailed => "tail var/log/egret-service.log".to_owned(),
        CauseCode::ClassUnknown => "egret services list".to_owned(),
        CauseCode::Behind => format!("egret jobs list --state running --queue {}", quoted(&row.queue)),
        CauseCode::Paused => format!("egret queues resume {}", quoted(&row.queue)),
    }
}

/// A service that holds jobs and has given no sign for the grace.
fn of_holder(facts: &Facts, service: &ServiceRecord) -> Option<Finding> {
    let is_late = service.n_claimed > 0 && between(service.beat_at, facts.now) >= facts.grace;
    is_late.then(|| Finding {
        code: CauseCode::HeldByDead,
        severity: Severity::Stuck,
        n_jobs: service.n_claimed.into(),
        since: Some(service.beat_at),
        queue: None,
        class: None,
        service: Some(format!("{} {}:{}", service.name, service.process.host, service.process.pid)),
        error: None,
        may_be_unseen: false,
        remedy: match facts.heard().next() {
            Some(_) => "egret services list".to_owned(),
            None => "egret run --mode service".to_owned(),
        },
    })
}

/// In mode service somebody should be there, also when nothing is late.
fn of_idle_mode(facts: &Facts, findings: &[Finding]) -> Option<Finding> {
    let is_told = findings.iter().any(|finding| finding.code == CauseCode::NoService);
    let is_there = facts.heard().any(|service| service.name == facts.section.name);
    (facts.section.mode == Mode::Service && !is_there && !is_told).then(|| Finding {
        code: CauseCode::NoService,
        severity: Severity::Warning,
        n_jobs: 0,
        since: last_seen(facts),
        queue: None,
        class: None,
        service: Some(facts.section.name.clone()),
        error: None,
        may_be_unseen: false,
        remedy: "egret run --mode service".to_owned(),
    })
}

/// When the number of living services of the section last changed, if one has ever been there: a change that was kept, or
/// the last sign of one that is dead or silent.
pub(super) fn last_seen(facts: &Facts) -> Option<Timestamp> {
    let name = &facts.section.name;
    let kept = facts.presence.names.iter().filter(|presence| presence.name == *name);
    let named = facts.services.iter().filter(|service| service.name == *name);
    let told = named.map(|service| if facts.is_heard(service) { service.started_at } else { service.beat_at });
    kept.map(|presence| presence.changed_at).chain(told).max()
}
