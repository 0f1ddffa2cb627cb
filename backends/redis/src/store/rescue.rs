//! The verb *rescue*: what dead services had popped goes back, and what killed too many of them is set aside.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egret_core::job_data::to_microseconds;
use egret_core::{RescueReport, Result, Timestamp};

use super::Store;
use super::format::{Fate, Format};
use super::roster::{Known, WithBytes};
use super::script_reply::{list, number};
use super::writes::Writes;
use crate::driver::{Call, Script};

static BURY: Script = Script::new(include_str!("scripts/bury.lua"));

/// Between two looks at what others have left behind.
const BETWEEN_TIDIES: Duration = Duration::from_secs(60);

/// So many due jobs are moved in passing.
const PROMOTED_IN_PASSING: usize = 1_000;

/// What becomes of one claim of a dead service.
struct Verdict {
    claim: u64,
    writes: Writes,
    kind: Kind,
}

enum Kind {
    Released,
    Interrupted,
    Quarantined(egret_core::JobId),
}

impl<F: Format> Store<F> {
    pub(super) async fn rescue_jobs(&self) -> Result<RescueReport> {
        // A service whose workers are all busy claims nothing, and must move due jobs all the same: others wait for them.
        if self.format.looks_for_due() {
            self.format.promote(&self.driver, PROMOTED_IN_PASSING).await?;
        }
        if self.is_time_to_tidy() {
            self.format.tidy(&self.driver).await?;
        }
        let mut report = RescueReport::default();
        let known = self.roster(WithBytes::No).await?;
        let now = self.server_time().await?;
        let is_dead = |service: &Known| self.observations.is_dead(&service.pulse(), now, &self.timing);
        if !known.iter().any(is_dead) {
            return Ok(report);
        }
        for service in self.roster(WithBytes::Yes).await?.iter().filter(|service| is_dead(service)) {
            self.bury(service, &mut report).await?;
        }
        Ok(report)
    }

    /// Once a minute.
    fn is_time_to_tidy(&self) -> bool {
        let mut last = self.tidied.lock().expect("nothing panics with the time");
        let is_time = last.is_none_or(|last| last.elapsed() >= BETWEEN_TIDIES);
        if is_time {
            *last = Some(Instant::now());
        }
        is_time
    }

    async fn bury(&self, service: &Known, report: &mut RescueReport) -> Result<()> {
        let verdicts = self.verdicts(service);
        let layout = self.layout();
        let (id, patterns) = (service.id, service.told.patterns());
        let (key, claims, running) = (self.keys.service(id), self.keys.claims(id), self.keys.running(id));
        let cancels = self.keys.cancels(id);
        let mut call =
            Call::new([&key, &claims, &running, &self.keys.services, &self.keys.names, &self.keys.polled, &cancels]);
        call.arg(id.to_string())
            .arg(service.told.to_info().name)
            .arg(service.n_beats)
            .arg(to_microseconds(service.beat_at))
            .arg(&self.keys.hints)
            .arg(&layout.queue_prefix)
            .arg(layout.give_back())
            .arg(patterns.len());
        for pattern in &patterns {
            call.arg(pattern);
        }
        call.arg(verdicts.len());
        let mut kinds = Vec::with_capacity(verdicts.len());
        for Verdict { claim, writes, kind } in verdicts {
            call.arg(claim);
            writes.add_to(&mut call);
            kinds.push(kind);
        }
        self.format.disappearance(id, &service.told.to_info()).add_to(&mut call);
        let mut answers = list(self.driver.script("rescue jobs", &BURY, &call).await?)?.into_iter();
        if answers.next().map(number).transpose()? != Some(1) {
            return Ok(());
        }
        report.dead_services.push(id);
        for (kind, answer) in kinds.into_iter().zip(answers) {
            match (number(answer)?, kind) {
                (0, _) => {}
                (_, Kind::Quarantined(job)) => report.quarantined.push(job),
                (_, kind) => {
                    report.n_released += 1;
                    report.n_interrupted += u64::from(matches!(kind, Kind::Interrupted));
                }
            }
        }
        self.forget_service(id);
        self.format.disappear(&self.driver, id, &service.told.to_info()).await
    }

    /// What becomes of each claim, the latest first, so that the jobs stand as they stood.
    fn verdicts(&self, service: &Known) -> Vec<Verdict> {
        let is_judged = !service.told.process.is_of_an_earlier_boot_here();
        // What has started in the last moments, it could tell on its host alone.
        let on_host = if is_judged { self.host_marks.read(service.id) } else { HashMap::new() };
        let claims = service.claims.iter().rev().filter_map(|(claim, held)| Some((*claim, held.as_ref()?)));
        let verdicts = claims.map(|(claim, held)| {
            let has_begun = service.running.contains_key(&claim) || on_host.contains_key(&claim);
            let fate = match is_judged && has_begun {
                true => self.format.interrupted(held, &service.runner(), Timestamp::now()),
                false => Fate::Unchanged,
            };
            let (writes, kind) = match fate {
                Fate::Unchanged => (self.put_back(&held.queue, &held.bytes), Kind::Released),
                Fate::Back(bytes) => (self.put_back(&held.queue, &bytes), Kind::Interrupted),
                Fate::SetAside(id, writes) => (writes, Kind::Quarantined(id)),
            };
            Verdict { claim, writes, kind }
        });
        verdicts.collect()
    }

    fn put_back(&self, queue: &str, bytes: &[u8]) -> Writes {
        let key = self.layout().queue(queue);
        Writes::one([self.layout().give_back().as_bytes(), key.as_bytes(), bytes])
    }
}
