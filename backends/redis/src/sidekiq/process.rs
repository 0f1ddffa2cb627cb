//! A service of ours as one of Sidekiq's processes: its record, what it runs, and the signals that others send it.
//!
//! Keys and fields are those of Sidekiq 6.4 to 8.1 (`lib/sidekiq/launcher.rb`, `lib/sidekiq/api.rb`), all of them together, so
//! that the pages of every version show it.

use std::fmt::Write as _;

use egret_core::{QueueOrder, Result, ServiceId, ServiceInfo, ServiceOrder};
use redis::{Value as Answer, from_redis_value};
use serde_json::{Map, Value, json};

use super::metrics::Metrics;
use super::options::SidekiqOptions;
use super::times;
use crate::driver::{Call, Driver, Script};
use crate::store::{Appearance, Writes};

static SHOW: Script = Script::new(include_str!("scripts/show.lua"));

/// Seconds after which the record of a process that beats no more goes.
const KEPT: u32 = 60;
/// More jobs one command of a script does not get: Lua takes some thousand words at once.
const SHOWN_AT_ONCE: usize = 1_000;

/// Shows a service with a beat, and answers what was asked of it since the last.
pub(super) async fn appear(
    driver: &Driver,
    options: &SidekiqOptions,
    metrics: &Metrics,
    appearance: &Appearance<'_>,
) -> Result<Vec<ServiceOrder>> {
    let identity = identity(appearance.service, appearance.info);
    let figures = metrics.take();
    let mut writes = Writes::default();
    add_record(&mut writes, &identity, options, appearance);
    // Up to 6.4.1 the key had another name.
    for suffix in ["work", "workers"] {
        add_work(&mut writes, &format!("{identity}:{suffix}"), appearance);
    }
    figures.add_to(&mut writes);
    writes.add(["RPOP", &format!("{identity}-signals")]);
    let mut call = Call::new([appearance.proof]);
    writes.add_words_to(&mut call);
    match driver.script("show the service to Sidekiq", &SHOW, &call).await {
        Ok(Answer::Int(_)) => {
            // It has gone meanwhile. Its figures belong to whoever shows this process next.
            metrics.give_back(figures);
            Ok(Vec::new())
        }
        Ok(signal) => {
            let signal: Option<String> = from_redis_value(signal).ok().flatten();
            Ok(signal.and_then(|signal| order_of(&signal, appearance)).into_iter().collect())
        }
        Err(error) => {
            metrics.give_back(figures);
            Err(error)
        }
    }
}

/// What takes the record of a service away that has gone. The hash itself ends by its time, as with Sidekiq.
pub(super) fn disappearance(service: ServiceId, info: &ServiceInfo) -> Writes {
    let identity = identity(service, info);
    let mut writes = Writes::one(["SREM", "processes", &identity]);
    writes.add(["UNLINK", &format!("{identity}:work"), &format!("{identity}:workers")]);
    writes
}

/// Takes the record of a service away that has gone, and writes the last figures.
pub(super) async fn disappear(
    driver: &Driver,
    metrics: &Metrics,
    service: ServiceId,
    info: &ServiceInfo,
) -> Result<()> {
    let figures = metrics.take();
    let mut writes = disappearance(service, info);
    figures.add_to(&mut writes);
    driver.tell_atomically("take the service from Sidekiq's processes", &writes.to_transaction()).await.map(drop)
}

/// Takes processes away whose records have ended, at most once a minute whoever asks (`lib/sidekiq/api.rb`,
/// `ProcessSet#cleanup`).
pub(super) async fn prune(driver: &Driver) -> Result<()> {
    let mut lock = redis::cmd("SET");
    lock.arg("process_cleanup").arg("1").arg("NX").arg("EX").arg(KEPT);
    if driver.tell::<Option<String>>("prune Sidekiq's processes", &lock).await?.is_none() {
        return Ok(());
    }
    let mut members = redis::cmd("SMEMBERS");
    members.arg("processes");
    let identities: Vec<String> = driver.ask("list Sidekiq's processes", &members).await?;
    let mut pipeline = redis::pipe();
    for identity in &identities {
        pipeline.cmd("HEXISTS").arg(identity).arg("info");
    }
    if identities.is_empty() {
        return Ok(());
    }
    let known = driver.ask_all("look at Sidekiq's processes", &pipeline).await?;
    let mut removal = redis::cmd("SREM");
    removal.arg("processes");
    let mut n_gone = 0;
    for (identity, is_known) in identities.iter().zip(known) {
        if from_redis_value::<u64>(is_known).ok() == Some(0) {
            removal.arg(identity);
            n_gone += 1;
        }
    }
    if n_gone > 0 {
        driver.tell::<u64>("prune Sidekiq's processes", &removal).await?;
    }
    Ok(())
}

/// `HOST:PID:NONCE`, the nonce of six bytes in hexadecimal.
pub(super) fn identity(service: ServiceId, info: &ServiceInfo) -> String {
    format!("{}:{}:{}", info.process.host, info.process.pid, nonce(service))
}

/// The last six bytes of the id of a service.
pub(super) fn nonce(service: ServiceId) -> String {
    let id = service.to_string();
    id[id.len() - 12..].to_owned()
}

fn add_record(writes: &mut Writes, identity: &str, options: &SidekiqOptions, appearance: &Appearance<'_>) {
    let fields = [
        ("info", info(identity, options, appearance).to_string()),
        ("concurrency", appearance.info.concurrency.to_string()),
        ("busy", appearance.running.len().to_string()),
        ("beat", times::float(times::seconds(egret_core::Timestamp::now()))),
        ("rtt_us", appearance.round_trip.as_micros().to_string()),
        ("quiet", appearance.is_quiet.to_string()),
        ("rss", (appearance.resident_bytes / 1024).to_string()),
    ];
    writes.add(["SADD", "processes", identity]);
    let fields = fields.into_iter().flat_map(|(field, value)| [field.to_owned(), value]);
    writes.add(["HSET", identity].map(str::to_owned).into_iter().chain(fields));
    writes.add(["EXPIRE", identity, &KEPT.to_string()]);
}

fn info(identity: &str, options: &SidekiqOptions, appearance: &Appearance<'_>) -> Value {
    let info = appearance.info;
    let (mode, weights): (&str, Map<String, Value>) = match &info.selection.queues {
        QueueOrder::Weighted(weights) => {
            ("weighted", weights.iter().map(|(name, weight)| (name.clone(), json!(weight))).collect())
        }
        strict => ("strict", strict.names().map(|name| (name.to_owned(), json!(0))).collect()),
    };
    let queues: Vec<&str> = info.selection.queues.names().collect();
    json!({
        "hostname": info.process.host,
        "started_at": times::seconds(appearance.started_at),
        "pid": info.process.pid,
        "tag": options.tag,
        "concurrency": info.concurrency,
        "queues": queues,
        "weights": [weights],
        "capsules": {"default": {"concurrency": info.concurrency, "mode": mode, "weights": weights}},
        "labels": options.labels,
        "identity": identity,
        "version": concat!("egret ", env!("CARGO_PKG_VERSION")),
        "embedded": false,
    })
}

fn add_work(writes: &mut Writes, key: &str, appearance: &Appearance<'_>) {
    writes.add(["UNLINK", key]);
    for some in appearance.running.chunks(SHOWN_AT_ONCE) {
        let mut words = ["HSET", key].map(str::to_owned).to_vec();
        for (claim, held, at) in some {
            let work = json!({
                "queue": held.queue,
                "payload": String::from_utf8_lossy(&held.bytes),
                "run_at": at.as_second(),
            });
            words.extend([in_base_36(*claim), work.to_string()]);
        }
        writes.add(words);
    }
    writes.add(["EXPIRE", key, &KEPT.to_string()]);
}

/// Names of threads are short and of digits and letters.
fn in_base_36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).expect("a remainder of 36 is small");
        digits.push(char::from_digit(digit, 36).expect("it is below 36"));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

/// What a signal asks. Unknown ones are named and ignored, as Sidekiq does.
fn order_of(signal: &str, appearance: &Appearance<'_>) -> Option<ServiceOrder> {
    match signal {
        "TSTP" => Some(ServiceOrder::Quiet),
        "TERM" | "INT" => Some(ServiceOrder::Stop),
        "TTIN" | "INFO" => {
            let mut running = String::new();
            for (_, held, at) in appearance.running {
                let id = super::payload::read(&held.bytes).id;
                // Nothing can go wrong in writing to a text.
                let _ = write!(running, "\n  {id} from `{}` since {at:.0}", held.queue);
            }
            tracing::info!(n_jobs = appearance.running.len(), "asked by Sidekiq what runs:{running}");
            None
        }
        other => {
            tracing::warn!(signal = other, "Sidekiq sent a signal that is not known");
            None
        }
    }
}
