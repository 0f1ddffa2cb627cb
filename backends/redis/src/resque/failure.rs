//! The record of a failure in the list `failed` (Resque 3.0, `lib/resque/failure/redis.rb`).

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use egret_core::{ErrorReport, Timestamp, UnreadablePayload};

use super::envelope::Envelope;
use super::job::Job;
use super::memory::Memory;
use super::pairs::Pairs;
use super::times;

/// Keys in the order of Ruby.
const FAILED_AT: &str = "failed_at";
const PAYLOAD: &str = "payload";
const EXCEPTION: &str = "exception";
const ERROR: &str = "error";
const BACKTRACE: &str = "backtrace";
const WORKER: &str = "worker";
const QUEUE: &str = "queue";
const RETRIED_AT: &str = "retried_at";
/// What Egret remembers of the job, where there is something to remember. Ruby and node keep it and do not look at it.
const MEMORY: &str = "egret";

/// A failure to be written.
#[derive(Debug)]
pub(super) struct Failure<'a> {
    pub(super) failed_at: Timestamp,
    /// What failed.
    pub(super) payload: FailedPayload<'a>,
    pub(super) error: &'a ErrorReport,
    /// The id of the worker. Never absent: Ruby's page breaks of a null.
    pub(super) worker: &'a str,
    pub(super) queue: &'a str,
}

/// What a failure was of.
#[derive(Debug)]
pub(super) enum FailedPayload<'a> {
    /// A job that could be read, with what is remembered of it.
    Job(&'a Envelope),
    /// Bytes that are no job.
    Bytes(&'a [u8]),
}

/// What is kept beside Ruby's keys.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Memory::is_blank")]
    job: Memory,
    /// The services that died while it ran since a run last ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deaths: Vec<String>,
    /// The bytes of an element that is not UTF-8, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

impl Failure<'_> {
    /// The record as Ruby writes it. Texts are UTF-8, so that Ruby never loses one of these for its encoding.
    pub(super) fn write(&self, zone: &TimeZone) -> String {
        let mut pairs = Pairs(vec![
            (FAILED_AT.to_owned(), raw(&times::failed_at(self.failed_at, zone))),
            (PAYLOAD.to_owned(), self.payload.shown()),
            (EXCEPTION.to_owned(), raw(&self.error.class)),
            (ERROR.to_owned(), raw(&self.error.message)),
            (BACKTRACE.to_owned(), raw(&self.error.backtrace)),
            (WORKER.to_owned(), raw(self.worker)),
            (QUEUE.to_owned(), raw(self.queue)),
        ]);
        let kept = self.payload.kept();
        if !kept.is_blank() {
            pairs.0.push((MEMORY.to_owned(), raw(&kept)));
        }
        serde_json::to_string(&pairs).expect("raw values are JSON")
    }
}

impl FailedPayload<'_> {
    /// JSON is shown as it is; other bytes as their text.
    fn shown(&self) -> Box<RawValue> {
        match self {
            Self::Job(envelope) => envelope.shown(),
            Self::Bytes(bytes) => serde_json::from_slice::<Box<RawValue>>(bytes)
                .ok()
                .filter(|_| crate::store::excess(bytes).is_none())
                .unwrap_or_else(|| raw(&String::from_utf8_lossy(bytes))),
        }
    }

    fn kept(&self) -> Kept {
        match self {
            Self::Job(envelope) => {
                // The error is told by the record itself, and an attempt that ended is what a record is about.
                let memory = Memory { error: None, is_retry: false, due_at: None, ..envelope.memory.clone() };
                let is_first = memory == Memory { attempts: 1, ..Memory::default() };
                let job = if is_first { Memory::default() } else { memory };
                Kept { job, deaths: envelope.deaths.clone(), bytes: None }
            }
            Self::Bytes(bytes) if std::str::from_utf8(bytes).is_err() => {
                Kept { bytes: Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()), ..Kept::default() }
            }
            Self::Bytes(_) => Kept::default(),
        }
    }
}

impl Kept {
    fn is_blank(&self) -> bool {
        self.job.is_blank() && self.deaths.is_empty() && self.bytes.is_none()
    }
}

/// A failure as anybody has written it.
#[derive(Clone, Debug)]
pub(super) struct FailureRecord {
    pairs: Pairs,
}

impl FailureRecord {
    /// Reads an element of the list; `None` for what is no JSON object, such as the empty text that Ruby leaves for a
    /// moment while it removes a record.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(|pairs| Self { pairs })
    }

    /// Whether it has what every failure has.
    pub(super) fn is_of_a_failure(&self) -> bool {
        self.pairs.get(PAYLOAD).is_some()
    }

    pub(super) fn queue(&self) -> Option<String> {
        self.pairs.text(QUEUE)
    }

    #[cfg(test)]
    pub(super) fn worker(&self) -> Option<String> {
        self.pairs.text(WORKER)
    }

    pub(super) fn failed_at(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.pairs.text(FAILED_AT).and_then(|text| times::parse(&text, zone))
    }

    pub(super) fn error(&self) -> ErrorReport {
        let text = |key| self.pairs.text(key).unwrap_or_default();
        let backtrace = self.pairs.get(BACKTRACE).and_then(|lines| serde_json::from_str(lines.get()).ok());
        ErrorReport { class: text(EXCEPTION), message: text(ERROR), backtrace: backtrace.unwrap_or_default() }
    }

    /// Whether it was sent back to its queue. Ruby and node leave it in the list.
    pub(super) fn is_retried(&self) -> bool {
        self.pairs.get(RETRIED_AT).is_some_and(|at| at.get() != "null")
    }

    /// The job that failed, with what is remembered of it.
    pub(super) fn job(&self) -> Result<Job, UnreadablePayload> {
        let mut job = Job::read(&self.element(), self.queue().as_deref())?;
        let Kept { job: mut memory, deaths, .. } = self.kept();
        memory.attempts = memory.attempts.max(1);
        memory.executions = memory.executions.max(job.data.executions);
        (job.envelope.memory, job.envelope.deaths) = (memory, deaths);
        Ok(job)
    }

    /// The element of the queue as it was: what goes back when it is tried again.
    pub(super) fn element(&self) -> Vec<u8> {
        if let Some(bytes) = self.kept().bytes.as_deref().and_then(from_hexadecimal) {
            return bytes;
        }
        let Some(payload) = self.pairs.get(PAYLOAD) else { return Vec::new() };
        let text: Option<String> = serde_json::from_str(payload.get()).ok();
        text.map_or_else(|| payload.get().as_bytes().to_vec(), String::into_bytes)
    }

    /// The record with the moment of its retry, everything else unchanged.
    pub(super) fn retried(&self, at: Timestamp, zone: &TimeZone) -> String {
        let moment = raw(&times::failed_at(at, zone));
        let mut pairs = self.pairs.clone();
        match pairs.0.iter_mut().find(|(key, _)| key == RETRIED_AT) {
            Some((_, value)) => *value = moment,
            None => pairs.0.push((RETRIED_AT.to_owned(), moment)),
        }
        serde_json::to_string(&pairs).expect("raw values are JSON")
    }

    fn kept(&self) -> Kept {
        self.pairs.get(MEMORY).and_then(|kept| serde_json::from_str(kept.get()).ok()).unwrap_or_default()
    }
}

fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    to_raw_value(value).expect("texts and numbers are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDS: &str = include_str!("../../tests/samples/resque/failed_records.jsonl");
    const OF_ACTIVE_JOB: &str = include_str!("../../tests/samples/resque/failed_activejob.jsonl");

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    /// Each record of Ruby is written again from its parts.
    #[test]
    fn records_are_written_as_ruby_writes_them() {
        for line in RECORDS.lines().chain(OF_ACTIVE_JOB.lines()) {
            let record = FailureRecord::read(line.as_bytes()).unwrap();
            let (element, error) = (record.element(), record.error());
            let envelope = Envelope::read(&element);
            let failure = Failure {
                failed_at: record.failed_at(&tokyo()).unwrap(),
                payload: envelope.as_ref().map_or(FailedPayload::Bytes(&element), FailedPayload::Job),
                error: &error,
                worker: &record.worker().unwrap(),
                queue: &record.queue().unwrap(),
            };
            let written = failure.write(&tokyo());
            if record.is_retried() {
                let again = FailureRecord::read(written.as_bytes()).unwrap();
                assert_eq!(again.retried(failure.failed_at, &tokyo()), line);
            } else {
                assert_eq!(written, line);
            }
        }
    }

    #[test]
    fn a_retry_adds_its_moment_and_changes_nothing_else() {
        let line = RECORDS.lines().nth(1).unwrap();
        let record = FailureRecord::read(line.as_bytes()).unwrap();
        let at: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let retried = record.retried(at, &tokyo());
        assert_eq!(
            retried,
            line.replacen(
                "\"queue\":\"default\"}",
                "\"queue\":\"default\",\"retried_at\":\"2026/11/24 09:00:00 JST\"}",
                1
            )
        );
        assert!(FailureRecord::read(retried.as_bytes()).unwrap().is_retried());
    }

    #[test]
    fn records_of_node_are_read() {
        let sample = include_str!("../../tests/samples/resque/node_state_while_working.txt");
        let records: Vec<FailureRecord> = sample
            .lines()
            .filter(|line| line.starts_with("{\"worker\""))
            .map(|line| FailureRecord::read(line.as_bytes()).unwrap())
            .collect();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].error().class, "TypeError");
        assert_eq!(records[0].failed_at(&TimeZone::UTC), Some("2026-11-23T18:20:46Z".parse().unwrap()));
        assert_eq!(records[1].job().unwrap().data.job_class, "Missing");
        assert!(records[1].error().backtrace.len() == 3 && !records[1].is_retried());
    }

    #[test]
    fn bytes_that_are_no_text_come_back_as_they_were() {
        let error = ErrorReport::new("Egret::UnreadablePayload", "no");
        for bytes in [&b"\xff\x00not json"[..], b"{bad", b"", b"[1,2]", b"null", b"5"] {
            let failure = Failure {
                failed_at: Timestamp::UNIX_EPOCH,
                payload: FailedPayload::Bytes(bytes),
                error: &error,
                worker: "vm-egret:1+1:*",
                queue: "default",
            };
            let record = FailureRecord::read(failure.write(&TimeZone::UTC).as_bytes()).unwrap();
            assert_eq!(record.element(), bytes);
            assert!(record.job().is_err());
        }
        assert!(FailureRecord::read(b"").is_none());
    }

    #[test]
    fn what_is_remembered_of_a_job_stands_beside_the_keys_of_ruby() {
        let mut envelope = Envelope::read(br#"{"class":"A","args":[]}"#).unwrap();
        envelope.memory = Memory { attempts: 3, ..Memory::default() };
        envelope.deaths = vec!["x".to_owned()];
        let error = ErrorReport::new("E", "m");
        let failure = Failure {
            failed_at: Timestamp::UNIX_EPOCH,
            payload: FailedPayload::Job(&envelope),
            error: &error,
            worker: "vm-egret:1+1:*",
            queue: "low",
        };
        let text = failure.write(&TimeZone::UTC);
        assert_eq!(
            text,
            r#"{"failed_at":"1970/01/01 00:00:00 UTC","payload":{"class":"A","args":[]},"exception":"E","error":"m","backtrace":[],"worker":"vm-egret:1+1:*","queue":"low","egret":{"job":{"attempts":3},"deaths":["x"]}}"#
        );
        let job = FailureRecord::read(text.as_bytes()).unwrap().job().unwrap();
        assert_eq!((job.envelope.memory.attempts, job.envelope.interruptions(), job.queue()), (3, 1, "low"));
    }
}
