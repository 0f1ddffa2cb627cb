//! A day in the life of a store: jobs in every state, a service that lives, one that fell silent, a paused queue.

use std::collections::BTreeMap;
use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{Beat, ClaimedJob, ErrorReport, JobData, JobId, Outcome, ServicePhase};
use serde_json::json;
use tokio::sync::Mutex;

use crate::pond::{Polling, Pond, job};
use crate::{hostile, tasks};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const GENERATE: &str = "Cms::Page::GenerateJob";
const MAIL: &str = "ActionMailer::MailDeliveryJob";
const VOICE: &str = "Voice::SynthesisJob";

/// What there is to be found again.
#[derive(Debug)]
pub(crate) struct Story {
    /// Jobs by what they show.
    pub(crate) ids: BTreeMap<&'static str, JobId>,
    running: Mutex<Vec<ClaimedJob>>,
}

impl Story {
    /// Fills a store.
    pub(crate) async fn tell(pond: &Pond) -> Self {
        let mut ids = BTreeMap::new();
        pond.clock.by(27 * HOUR);
        let former = pond.service("web1.example.jp", &["*"]).await;
        completed(pond, &former, &mut ids).await;
        failed(pond, &former, &mut ids).await;
        retried(pond, &former, &mut ids).await;
        hostile_ones(pond, &former, &mut ids).await;
        pond.leave(&former).await;
        let service = pond.service("web1.example.jp", &["default", "mailers", "voice_synthesis", "external"]).await;
        late(pond).await;
        silent(pond).await;
        pond.clock.by(Duration::ZERO);
        waiting(pond, &mut ids).await;
        let running = running(pond, &service, &mut ids).await;
        tasks::tell(pond).await;
        beat(pond, &service, &running);
        Self { ids, running: Mutex::new(running) }
    }

    /// Ends every job that runs.
    pub(crate) async fn finish_running(&self, pond: &Pond) {
        for job in self.running.lock().await.drain(..) {
            pond.finish(&job, Outcome::Completed { value: None }, MINUTE, &[]).await;
        }
    }
}

type Ids = BTreeMap<&'static str, JobId>;

async fn completed(pond: &Pond, service: &Polling, ids: &mut Ids) {
    for number in 0..70_u32 {
        pond.clock.by(26 * HOUR - number * 15 * MINUTE);
        let (class, queue) =
            [(GENERATE, "default"), (MAIL, "mailers"), (VOICE, "voice_synthesis")][number as usize % 3];
        let user = if number % 2 == 0 { "own" } else { "admin" };
        let arguments = json!([{ "folder": format!("docs/{number}"), "page_ids": [number, number + 1] }]);
        let id = pond.add(job(class, queue, user, &arguments)).await;
        let claimed = pond.run(service, class, 1, Duration::ZERO).await;
        let took = Duration::from_millis(u64::from(number * number) * 40 + 12);
        pond.clock.by(26 * HOUR - number * 15 * MINUTE - took);
        pond.finish(&claimed[0], Outcome::Completed { value: None }, took, &[format!("{number} pages")]).await;
        ids.insert("completed", id);
    }
}

async fn failed(pond: &Pond, service: &Polling, ids: &mut Ids) {
    for number in 0..6_u32 {
        let begins = 8 * HOUR - number * 20 * MINUTE;
        pond.clock.by(begins);
        let (name, outcome, data) = match number {
            0..4 => ("discarded", given_up("Net::ReadTimeout", "no answer within 60 s"), mail(number)),
            4 => ("no_method", given_up("NoMethodError", "undefined method `name' for nil"), mail(number)),
            _ => ("cancelled", Outcome::Cancelled { reason: "no longer wanted".to_owned() }, mail(number)),
        };
        let id = pond.add(data).await;
        let claimed = pond.run(service, MAIL, 1, Duration::ZERO).await;
        pond.clock.by(begins - MINUTE);
        pond.finish(&claimed[0], outcome, MINUTE, &["connection to 192.0.2.1:25 lost".into()]).await;
        ids.insert(name, id);
    }
}

/// Fails again and again, each time for longer, and comes again tomorrow.
async fn retried(pond: &Pond, service: &Polling, ids: &mut Ids) {
    const WAITS: [Duration; 4] =
        [Duration::from_secs(600), Duration::from_secs(2_400), HOUR, Duration::from_secs(86_400)];
    let mut begins = 6 * HOUR;
    let mut data = mail(7);
    pond.clock.by(begins + Duration::from_secs(4));
    let id = pond.add(data.clone()).await;
    for (number, wait) in (1..).zip(WAITS) {
        pond.clock.by(begins);
        let claimed = pond.run(service, MAIL, 1, Duration::ZERO).await;
        let took = number * 3 * MINUTE;
        pond.clock.by(begins - took);
        data.executions = number;
        let error = error("Net::SMTPServerBusy", "451 try again later");
        let at = Some(saturating_add(pond.now(), wait));
        let outcome = Outcome::Reenqueue { data: Box::new(data.clone()), at, error: Some(error) };
        pond.finish(&claimed[0], outcome, took, &["connection to 192.0.2.1:25 lost".into()]).await;
        begins = begins.saturating_sub(took + wait);
    }
    ids.insert("retryable", id);
}

fn mail(number: u32) -> JobData {
    let arguments =
        json!(["NoticeMailer", "daily", "deliver_now", { "args": [number, "山田 花子 <hanako@example.jp>"] }]);
    job(MAIL, "mailers", "own", &arguments)
}

fn given_up(class: &str, message: &str) -> Outcome {
    Outcome::Discarded { error: error(class, message) }
}

fn error(class: &str, message: &str) -> ErrorReport {
    let mut error = ErrorReport::new(class, message);
    error.backtrace = ["net/protocol.rb:219:in `rbuf_fill'", "app/mailers/notice_mailer.rb:12:in `daily'"]
        .map(str::to_owned)
        .to_vec();
    error
}

/// One for each hostile text, in which everything that is a text is that text.
async fn hostile_ones(pond: &Pond, service: &Polling, ids: &mut Ids) {
    for (number, text) in hostile::all().iter().enumerate() {
        pond.clock.by(5 * HOUR - u32::try_from(number).unwrap() * MINUTE);
        // Names of queues end in a star where they are patterns, and keep to a length that an operator can bear.
        let short: String = text.chars().take(200).collect();
        let mut data = job(&short, &short, "own", &json!([text, { text: [text] }]));
        data.job_id = JobId::new(format!("{number}-{short}"));
        let id = pond.add(data).await;
        let claimed = pond.run(service, &short, 1, Duration::ZERO).await;
        let mut error = ErrorReport::new(text, text);
        error.backtrace = hostile::all();
        pond.clock.by(5 * HOUR - (u32::try_from(number).unwrap() + 3) * MINUTE);
        pond.finish(&claimed[0], Outcome::Discarded { error }, 3 * MINUTE, &hostile::all()).await;
        ids.insert(
            ["hostile", "hostile_attribute", "hostile_address", "hostile_path"].get(number).unwrap_or(&"hostile_long"),
            id,
        );
    }
}

/// Nobody polls one queue, and another one is paused.
async fn late(pond: &Pond) {
    pond.clock.by(131 * MINUTE);
    for number in 0..41 {
        pond.add(job("Report::MonthlyJob", "reports", "admin", &json!([{ "month": number }]))).await;
    }
    for number in 0..6 {
        pond.add(mail(number)).await;
    }
    pond.backend().pause("mailers").await.unwrap();
}

/// Holds three jobs, and is gone.
async fn silent(pond: &Pond) {
    pond.clock.by(95 * MINUTE);
    for number in 0..3 {
        pond.add(job(VOICE, "voice_synthesis", "admin", &json!([{ "page": number }]))).await;
    }
    let other = pond.beside();
    let service = other.service("web2.example.jp", &["voice_synthesis"]).await;
    other.run(&service, VOICE, 3, MINUTE).await;
}

async fn waiting(pond: &Pond, ids: &mut Ids) {
    for number in 0..60_u64 {
        let mut data = job(GENERATE, "default", "admin", &json!([{ "folder": format!("news/{number}") }]));
        if number % 4 == 0 {
            data.scheduled_at = Some(saturating_add(pond.now(), Duration::from_secs(1_800 * (number + 1))));
        }
        let name = if data.scheduled_at.is_some() { "scheduled" } else { "available" };
        ids.insert(name, pond.add(data).await);
    }
    let arguments = json!(["大阪府 北区", { "本文": "白鷺は水辺に立つ。".repeat(40) }]);
    ids.insert("japanese", pond.add(job("記事::配信ジョブ", "external", "own", &arguments)).await);
}

async fn running(pond: &Pond, service: &Polling, ids: &mut Ids) -> Vec<ClaimedJob> {
    const CLASS: &str = "Event::ImportJob";
    pond.clock.by(4 * MINUTE);
    for number in 0..3 {
        let data = job(CLASS, "external", "own", &json!([{ "file": format!("events-{number}.csv") }]));
        ids.insert("running", pond.add(data).await);
    }
    let jobs = pond.run(service, CLASS, 3, Duration::ZERO).await;
    pond.clock.by(Duration::ZERO);
    for (number, job) in jobs.iter().enumerate() {
        pond.progress(job, 250 * (number as u64 + 1), 1_000, 4 * MINUTE).await;
    }
    jobs
}

/// The living service beats as long as the program lives.
pub(crate) fn beat(pond: &Pond, service: &Polling, running: &[ClaimedJob]) {
    let (backend, id) = (pond.backend(), service.id);
    let running = running.iter().map(|job| job.token).collect();
    let beat = Beat { running, resident_bytes: 48 << 20, n_finished: 86, phase: ServicePhase::Running };
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            backend.beat(id, beat.clone()).await.unwrap();
        }
    });
}
