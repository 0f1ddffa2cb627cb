//! What a payload means as a job, and a job as a payload.

use std::hash::{DefaultHasher, Hash, Hasher};

use egret_core::job_data::DEFAULT_QUEUE;
use egret_core::{ErrorReport, JobData, JobId, Native, Payload, Timestamp, UnreadablePayload, Words, words};
use serde_json::value::RawValue;

use super::backtrace;
use super::envelope::Envelope;
use super::expiry;
use super::memory::{Memory, deaths};
use super::times;
use crate::store::{Element, excess};

/// The class that runs Active Job's jobs. Sidekiq 7.3.3 and later call it `Sidekiq::ActiveJob::Wrapper` and know the older name
/// too (`lib/active_job/queue_adapters/sidekiq_adapter.rb`), so that this one runs everywhere.
pub(super) const WRAPPER: &str = "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper";
const NEW_WRAPPER: &str = "Sidekiq::ActiveJob::Wrapper";

/// The format's name on jobs that are none of Active Job's.
pub(crate) const FORMAT: &str = "sidekiq";

/// The key of an Active Job payload whose entries become entries of Sidekiq's, as `sidekiq_options` of a class do in Ruby.
const OPTIONS: &str = "sidekiq_options";

/// Seconds; more are taken for a moment instead of a span by Sidekiq.
const LONGEST_RETRY_FOR: f64 = 1_000_000_000.0;

/// What bytes mean.
pub(super) fn read(bytes: &[u8]) -> Element {
    match read_job(bytes) {
        Ok(element) => element,
        Err(reason) => Element {
            id: made_up_id(bytes),
            payload: Payload::Unreadable(UnreadablePayload { bytes: bytes.to_vec(), reason }),
            attempts: 0,
            interruptions: 0,
            queue: None,
            due_at: Timestamp::UNIX_EPOCH,
            enqueued_at: Timestamp::UNIX_EPOCH,
            error: None,
            expires_at: None,
        },
    }
}

fn read_job(bytes: &[u8]) -> Result<Element, String> {
    if let Some(excess) = excess(bytes) {
        return Err(excess.to_string());
    }
    let envelope = Envelope::parse(bytes).map_err(|error| error.to_string())?;
    let class: String = envelope.get("class").ok_or("the payload has no `class` that is a text")?;
    let memory = Memory::read(&envelope);
    let data = match is_wrapper(&class) {
        true => read_wrapped(&envelope)?,
        false => read_native(&envelope, bytes, class, &memory)?,
    };
    // After a retry by hand of a job that had failed once it is -1.
    let n_failed = envelope.get::<i64>("retry_count").map_or(0, |count| count.saturating_add(1).max(0));
    let has_failed = envelope.has("retry_count");
    let time = |key: &str| envelope.raw(key).and_then(times::parse);
    let pushed_at = time("enqueued_at");
    let enqueued_at = pushed_at.or(time("created_at")).unwrap_or(Timestamp::UNIX_EPOCH);
    let requested = data.scheduled_at.filter(|_| !has_failed);
    // What was pushed is due, whenever it had been meant to be.
    let due_at =
        memory.due_at().or(requested).map(|due_at| pushed_at.map_or(due_at, |pushed_at| due_at.min(pushed_at)));
    Ok(Element {
        id: data.job_id.clone(),
        attempts: memory.runs.saturating_add(u32::try_from(n_failed).unwrap_or(u32::MAX)),
        interruptions: u32::try_from(deaths(&envelope).len()).unwrap_or(u32::MAX),
        queue: envelope.get("queue"),
        due_at: due_at.unwrap_or(enqueued_at),
        enqueued_at,
        error: memory.error.or_else(|| last_error(&envelope)),
        expires_at: expiry::expires_at(&envelope, enqueued_at),
        payload: Payload::Job(Box::new(data)),
    })
}

pub(super) fn is_wrapper(class: &str) -> bool {
    class == WRAPPER || class == NEW_WRAPPER
}

/// The Active Job payload that is the only argument of a wrapper.
fn read_wrapped(envelope: &Envelope<'_>) -> Result<JobData, String> {
    let args = envelope.raw("args").ok_or("the wrapper of a job of Active Job has no `args`")?;
    let read: Result<(JobData,), _> = serde_json::from_str(args);
    let error = match read {
        Ok((data,)) => return Ok(data),
        Err(error) => error,
    };
    // Active Job itself runs what has a class and arguments.
    let jid: Option<JobId> = envelope.get("jid");
    let inner: Option<(Envelope<'_>,)> = serde_json::from_str(args).ok();
    match inner.zip(jid) {
        Some(((mut inner,), jid)) if !inner.has("job_id") => {
            inner.set("job_id", jid.as_str());
            serde_json::from_slice(&inner.to_bytes()).map_err(|error| error.to_string())
        }
        _ => Err(error.to_string()),
    }
}

/// A job of a class that includes Sidekiq's own module.
fn read_native(envelope: &Envelope<'_>, bytes: &[u8], class: String, memory: &Memory) -> Result<JobData, String> {
    let mut data = JobData::new(class);
    data.job_id = match envelope.get::<JobId>("jid") {
        Some(jid) => jid,
        None => made_up_id(&envelope.to_bytes()),
    };
    data.queue_name = envelope.get("queue");
    data.arguments = match envelope.raw("args") {
        None | Some("null") => RawValue::from_string("[]".to_owned()).expect("an empty list is JSON"),
        Some(args) if args.starts_with('[') => raw(args),
        Some(_) => return Err("`args` is not an array".to_owned()),
    };
    data.executions = memory.executions;
    data.exception_executions = Some(memory.exception_executions.clone());
    data.locale = envelope.get("locale");
    // As it was read; what is written anew has no blanks between its entries.
    let whole = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    data.native = Some(Box::new(Native { format: FORMAT.to_owned(), envelope: whole }));
    Ok(data)
}

/// The error that Sidekiq has kept.
fn last_error(envelope: &Envelope<'_>) -> Option<ErrorReport> {
    let class: String = envelope.get("error_class")?;
    let message: String = envelope.get("error_message").unwrap_or_default();
    let backtrace =
        envelope.get::<String>("error_backtrace").and_then(|text| backtrace::decode(&text)).unwrap_or_default();
    Some(ErrorReport { class, message, backtrace })
}

/// The identity of bytes that name none: the same for the same bytes.
fn made_up_id(bytes: &[u8]) -> JobId {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    JobId::from(format!("unreadable-{:016x}", hasher.finish()))
}

/// A new payload for a job. Its times are written when it is clear where it goes.
/// `now` is the JSON of the moment, which a batch has once.
pub(super) fn write(data: &JobData, now: &str) -> Envelope<'static> {
    let mut envelope = match &data.native {
        Some(native) => owned(native.envelope.get()),
        None => Envelope::default(),
    };
    if !envelope.has("retry") {
        envelope.set("retry", &true);
    }
    envelope.set("queue", data.queue());
    if data.native.is_some() {
        envelope.set_raw("class", json(&data.job_class));
        envelope.set_raw("args", data.arguments.get().to_owned());
        let mut memory = Memory::read(&envelope);
        memory.executions = data.executions;
        memory.exception_executions = data.exception_executions.clone().unwrap_or_default();
        memory.write(&mut envelope);
    } else {
        merge_options(data, &mut envelope);
        envelope.set("class", WRAPPER);
        envelope.set("wrapped", &data.job_class);
        envelope.set_raw("args", format!("[{}]", json(data)));
    }
    cut_retry_for(&mut envelope);
    if !envelope.has("jid") {
        // A native job has no other id: this is the one that its producer is told.
        let jid = if data.native.is_some() { data.job_id.as_str().to_owned() } else { new_jid() };
        envelope.set("jid", &jid);
    }
    if !envelope.has("created_at") {
        envelope.set_raw("created_at", now.to_owned());
    }
    envelope
}

/// Whole seconds, as Sidekiq's own client writes them (8.1, `lib/sidekiq/job_util.rb`, `normalize_item`).
fn cut_retry_for(envelope: &mut Envelope<'_>) {
    if let Some(seconds) = envelope.get::<f64>("retry_for").filter(|seconds| seconds.fract() != 0.0) {
        envelope.set_raw("retry_for", format!("{:.0}", seconds.trunc()));
    }
}

/// Why Sidekiq's own client would refuse what a class or a native job asks, if so (7.1.3 to 8.1, `lib/sidekiq/job_util.rb`,
/// `validate`).
pub(super) fn fault_of_options(data: &JobData) -> Option<Words> {
    let text = match &data.native {
        Some(native) => native.envelope.get(),
        None => data.extra_value(OPTIONS)?.get(),
    };
    let options = Envelope::parse(text.as_bytes()).unwrap_or_default();
    if options.raw("tags").is_some_and(|tags| !tags.starts_with('[')) {
        return Some(words!("job-tags", "its `tags` are not a JSON array"));
    }
    let retry_for = options.raw("retry_for").filter(|seconds| *seconds != "null")?;
    let is_good = retry_for.parse::<f64>().is_ok_and(|seconds| seconds <= LONGEST_RETRY_FOR);
    (!is_good).then(|| {
        words!(
            "job-retry-for",
            "its `retry_for` is `{value}`, expected seconds, at most {longest}",
            value = retry_for,
            longest = LONGEST_RETRY_FOR
        )
    })
}

/// What a class asks of Sidekiq. What names the job itself is not among it.
fn merge_options(data: &JobData, envelope: &mut Envelope<'static>) {
    let Some(options) = data.extra_value(OPTIONS) else { return };
    for (key, value) in owned(options.get()).entries() {
        if !matches!(key, "class" | "wrapped" | "args" | "jid" | "queue" | "created_at" | "enqueued_at" | "at") {
            envelope.set_raw(key.to_owned(), value.to_owned());
        }
    }
}

/// An envelope that borrows nothing; empty when the text is no object.
fn owned(text: &str) -> Envelope<'static> {
    let mut owned = Envelope::default();
    if let Ok(envelope) = Envelope::parse(text.as_bytes()) {
        for (key, value) in envelope.entries() {
            owned.set_raw(key.to_owned(), value.to_owned());
        }
    }
    owned
}

/// The counters of Active Job as of a job that has never run.
pub(super) fn reset_counters(envelope: &mut Envelope<'_>, memory: &mut Memory) {
    (memory.executions, memory.exception_executions) = (0, serde_json::Map::new());
    let class: String = envelope.get("class").unwrap_or_default();
    if is_wrapper(&class)
        && let Ok(mut data) = read_wrapped(envelope)
    {
        data.executions = 0;
        data.exception_executions = data.exception_executions.map(|_| serde_json::Map::new());
        envelope.set_raw("args", format!("[{}]", json(&data)));
    }
}

/// Twelve random bytes in hexadecimal (Sidekiq 8, `lib/sidekiq/job_util.rb`).
pub(super) fn new_jid() -> String {
    let number: [u8; 12] = rand::random();
    number.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The queue of a payload, `default` when it names none.
pub(super) fn queue_of(envelope: &Envelope<'_>) -> String {
    envelope.get::<String>("queue").filter(|queue| !queue.is_empty()).unwrap_or_else(|| DEFAULT_QUEUE.to_owned())
}

fn json(value: &(impl serde::Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a payload is JSON")
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("it was read as JSON")
}
