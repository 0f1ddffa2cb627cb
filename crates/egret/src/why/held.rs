//! A job that a service has claimed waits for that service alone.

use egret_core::shell::quoted;
use egret_core::{JobState, ServiceId, ServiceRecord};

use super::{Circumstances, Code, Reason};

pub(super) fn reason(circumstances: &Circumstances, holder: ServiceId) -> Reason {
    let service = circumstances.services.iter().find(|service| service.id == holder);
    match service {
        Some(service) if circumstances.is_heard(service) => by_the_living(circumstances, service),
        _ => by_the_dead(circumstances, holder, service),
    }
}

fn by_the_living(circumstances: &Circumstances, service: &ServiceRecord) -> Reason {
    let job = &circumstances.record;
    let remedy = if circumstances.keeps_lines {
        format!("egret logs follow {}", quoted(&job.id))
    } else {
        "egret services list".to_owned()
    };
    match job.started_at.filter(|_| job.state == JobState::Running) {
        Some(started_at) => {
            named(Reason::new(Code::Held, "why-held", remedy), service).with_moment("at", "since", started_at)
        }
        None => named(Reason::new(Code::Held, "why-held-unstarted", remedy), service).passing(),
    }
}

fn by_the_dead(circumstances: &Circumstances, holder: ServiceId, service: Option<&ServiceRecord>) -> Reason {
    let last_sign = service.map_or(circumstances.now, |service| service.beat_at);
    if circumstances.heard().is_empty() {
        let remedy = if circumstances.start.is_some() { "egret status" } else { "egret run --mode service" };
        return Reason::new(Code::NoService, "why-no-service-held", remedy)
            .with("service", &holder.to_string())
            .with_moment("at", "last_sign_at", last_sign);
    }
    let reason = Reason::new(Code::HeldByDead, "why-held-by-dead", "egret services list");
    let reason = match service {
        Some(service) => named(reason, service),
        // It has just been rescued: the next look finds the job where it is then.
        None => reason.with("service", &holder.to_string()).with("host", "?").passing(),
    };
    reason.with_moment("at", "last_sign_at", last_sign)
}

fn named(reason: Reason, service: &ServiceRecord) -> Reason {
    reason
        .with("service", &service.id.to_string())
        .with("host", &service.process.host)
        .fact("pid", service.process.pid)
        .fact("name", service.name.as_str())
}
