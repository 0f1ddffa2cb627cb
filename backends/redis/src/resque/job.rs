//! Elements and the jobs that they mean: Active Job's behind its wrapper, and native ones, a class with arguments.

use serde_json::Map;
use serde_json::value::RawValue;

use egret_core::job_data::DEFAULT_QUEUE;
use egret_core::{JobData, JobId, Native, Timestamp, UnreadablePayload};

use super::envelope::Envelope;
use super::fingerprint::fingerprint;
use super::memory::{Memory, dated};
use super::pairs::Pairs;

/// The class behind which Active Job's jobs lie, with their data as its one argument (activejob 4.2 to 8.1 and Resque 3.0,
/// `active_job/queue_adapters/resque_adapter.rb`).
pub(super) const WRAPPER: &str = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

/// The name under which jobs are marked as native to Resque.
pub const FORMAT: &str = "resque";

/// An element of a list, and the job that it means.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) envelope: Envelope,
    pub(super) data: JobData,
}

impl Job {
    /// A job to be written. One that is marked as native to Resque goes out as its class and arguments, every other behind
    /// the wrapper.
    pub(super) fn new(data: JobData) -> Self {
        let envelope = match is_native(&data) {
            true => Envelope::new(&data.job_class, data.arguments.clone()),
            false => Envelope::new(WRAPPER, wrapped(&data)),
        };
        Self { envelope, data }
    }

    /// Reads an element of a queue. `queue` is where it lies; `None` for a delayed one, which names its own.
    pub(super) fn read(bytes: &[u8], queue: Option<&str>) -> Result<Self, UnreadablePayload> {
        let envelope = Envelope::read(bytes)?;
        let unreadable = |reason| UnreadablePayload { bytes: bytes.to_vec(), reason };
        let data = match envelope.class() == WRAPPER {
            true => active_job(&envelope).map_err(unreadable)?,
            false => native(&envelope, queue),
        };
        Ok(Self { envelope, data })
    }

    /// The same job with other data: the next attempt. Keys that nobody knows stay with it.
    pub(super) fn with_data(self, data: JobData) -> Self {
        let mut envelope = self.envelope;
        if is_native(&data) {
            if data.job_class != found_class(&envelope.class()) {
                envelope.rename(&data.job_class);
            }
            envelope.args = Some(data.arguments.clone());
            envelope.memory.executions = data.executions;
            envelope.memory.exception_executions = data.exception_executions.clone().unwrap_or_default();
        } else {
            envelope.args = Some(wrapped(&data));
        }
        Self { envelope, data }
    }

    /// The queue in which it is to lie.
    pub(super) fn queue(&self) -> &str {
        self.data.queue()
    }

    /// The job as it is when a person lets it run again: as if it had never run.
    pub(super) fn revived(mut self) -> Self {
        let enqueued_at = self.envelope.memory.enqueued_at;
        self.envelope.memory = Memory { enqueued_at, ..Memory::default() };
        self.envelope.deaths.clear();
        let has_counted = self.data.exception_executions.as_ref().is_some_and(|counts| !counts.is_empty());
        if self.data.native.is_none() && (self.data.executions > 0 || has_counted) {
            let mut data = self.data.clone();
            data.executions = 0;
            data.exception_executions = data.exception_executions.map(|_| Map::new());
            return self.with_data(data);
        }
        self
    }

    /// The queue into which it goes when its time has come: the one that stands beside it, as for resque-scheduler.
    pub(super) fn queue_of_delayed(&self) -> String {
        self.envelope.queue.clone().unwrap_or_else(|| self.queue().to_owned())
    }

    /// The element of a queue of a delayed job. Arguments that are an object are the one argument (resque-scheduler 5.0,
    /// `lib/resque/scheduler.rb`, `enqueue_from_config`).
    pub(super) fn moved(&self) -> String {
        let mut envelope = self.envelope.clone();
        if let Some(args) = envelope.args.take_if(|args| args.get().starts_with('{')) {
            envelope.args = Some(RawValue::from_string(format!("[{}]", args.get())).expect("an object is JSON"));
        }
        envelope.queued()
    }

    /// When it was taken in, if anybody has written it down: Resque itself does not.
    pub(super) fn enqueued_at(&self) -> Option<Timestamp> {
        self.envelope.enqueued_at().or(self.data.enqueued_at)
    }

    /// When it is or was due, if that is written down.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        let asked = self.data.scheduled_at.or_else(|| self.enqueued_at());
        self.envelope.memory.due_at.map(dated).or(asked)
    }
}

fn is_native(data: &JobData) -> bool {
    data.native.as_ref().is_some_and(|native| native.format == FORMAT)
}

fn active_job(envelope: &Envelope) -> Result<JobData, String> {
    let args = envelope.args.as_ref().map_or("null", |args| args.get());
    let args: Vec<&RawValue> =
        serde_json::from_str(args).map_err(|_| "the arguments of Active Job's wrapper are no array".to_owned())?;
    let [data] = args.as_slice() else {
        return Err(format!("Active Job's wrapper has {} arguments, not one", args.len()));
    };
    serde_json::from_str(data.get()).map_err(|error| format!("Active Job's data cannot be read: {error}"))
}

fn native(envelope: &Envelope, queue: Option<&str>) -> JobData {
    let class = envelope.class();
    let arguments = positional(envelope.args.as_deref());
    let mut data = JobData::new(found_class(&class));
    let queue = queue.map(str::to_owned).or_else(|| envelope.queue.clone()).unwrap_or_else(|| DEFAULT_QUEUE.to_owned());
    let parts = [queue.as_bytes(), class.as_bytes(), arguments.get().as_bytes()];
    data.job_id = JobId::from(fingerprint("native", &parts));
    data.queue_name = Some(queue);
    data.arguments = arguments;
    data.locale = None;
    data.executions = envelope.memory.executions;
    data.exception_executions = Some(envelope.memory.exception_executions.clone());
    data.native = Some(Box::new(Native { format: FORMAT.to_owned(), envelope: envelope.shown() }));
    data
}

/// Arguments as Ruby applies them (Resque 3.0, `lib/resque/job.rb`): none where they are absent or null, an object as pairs
/// of key and value, anything else as the one argument.
fn positional(args: Option<&RawValue>) -> Box<RawValue> {
    let text = args.map_or("null", RawValue::get);
    let list = match text.as_bytes().first() {
        Some(b'[') => return args.expect("a text that is not null is there").to_owned(),
        Some(b'n') => "[]".to_owned(),
        Some(b'{') => pairs(text),
        _ => format!("[{text}]"),
    };
    RawValue::from_string(list).expect("what is put together of JSON is JSON")
}

fn pairs(object: &str) -> String {
    let Pairs(pairs) = serde_json::from_str(object).expect("a raw value is JSON");
    serde_json::to_string(&pairs).expect("raw values are JSON")
}

/// The class that Ruby looks up for a name: without a leading `::`, and in camel case if it has dashes (Resque 3.0,
/// `lib/resque.rb`, `constantize` and `classify`).
fn found_class(name: &str) -> String {
    let name = name.strip_prefix("::").unwrap_or(name);
    if !name.contains('-') {
        return name.to_owned();
    }
    let parts = name.split('-').map(|part| {
        let mut letters = part.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    parts.collect()
}

/// The one argument of the wrapper.
fn wrapped(data: &JobData) -> Box<RawValue> {
    let text = serde_json::to_string(data).expect("a payload is JSON");
    RawValue::from_string(format!("[{}]", escaped(&text))).expect("a payload is JSON")
}

/// The signs that Active Support's encoder writes as escapes (`active_support/json/encoding.rb`, `escape_html_entities`).
/// They stand nowhere in JSON but in texts.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for sign in json.chars() {
        match sign {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> JobData {
        Job::read(text.as_bytes(), Some("default")).unwrap().data
    }

    #[test]
    fn jobs_of_active_job_come_out_of_their_wrapper() {
        for line in include_str!("../../tests/samples/resque/payloads_activejob_6_1.jsonl").lines() {
            let job = Job::read(line.as_bytes(), Some("mailers")).unwrap();
            assert!(job.data.native.is_none() && !job.data.job_class.contains("Wrapper"), "{line}");
            assert_eq!(job.enqueued_at(), Some("2026-11-23T19:04:28Z".parse().unwrap()));
            // What is written anew differs only in the digits of the time, which Active Job 7.1 and later write.
            let again = Job::new(job.data).envelope.queued();
            assert_eq!(again.replace(".000000000Z\"}]}", "Z\"}]}"), line);
        }
    }

    #[test]
    fn native_jobs_keep_their_envelope_and_get_the_arguments_that_ruby_gives() {
        for (element, class, arguments) in [
            (
                r#"{"class":"EchoJob","args":[1,{"a":100000000000000000000}]}"#,
                "EchoJob",
                r#"[1,{"a":100000000000000000000}]"#,
            ),
            (r#"{"class":"EchoJob"}"#, "EchoJob", "[]"),
            (r#"{"class":"EchoJob","args":null}"#, "EchoJob", "[]"),
            (r#"{"class":"EchoJob","args":{"a":1,"b":[]}}"#, "EchoJob", r#"[["a",1],["b",[]]]"#),
            (r#"{"class":"EchoJob","args":"x"}"#, "EchoJob", r#"["x"]"#),
            (r#"{"class":"EchoJob","args":1.0e-05}"#, "EchoJob", "[1.0e-05]"),
            (r#"{"class":"EchoJob","args":[1],"queue":"zz","extra":1}"#, "EchoJob", "[1]"),
            (r#"{"args":[1],"class":"EchoJob"}"#, "EchoJob", "[1]"),
            (r#"{"class":"::EchoJob","args":[1]}"#, "EchoJob", "[1]"),
            (r#"{"class":"some-job","args":[20,"/data"]}"#, "SomeJob", r#"[20,"/data"]"#),
            (r#"{"class":"NoSuch::Thing","args":[1]}"#, "NoSuch::Thing", "[1]"),
        ] {
            let data = read(element);
            assert_eq!((data.job_class.as_str(), data.arguments.get()), (class, arguments), "{element}");
            assert_eq!(data.queue(), "default");
            assert!(is_native(&data));
        }
    }

    #[test]
    fn equal_native_jobs_have_one_id_and_others_another() {
        let [one, same, other] =
            [r#"{"class":"A","args":[1]}"#, r#"{"args":[1],"class":"A"}"#, r#"{"class":"A","args":[2]}"#]
                .map(|element| read(element).job_id);
        assert_eq!(one, same);
        assert_ne!(one, other);
    }

    #[test]
    fn a_native_job_is_written_as_ruby_writes_it() {
        let mut data = read(r#"{"class":"EchoJob","args":[]}"#);
        data.arguments = RawValue::from_string(r#"["a</b>",1]"#.to_owned()).unwrap();
        assert_eq!(Job::new(data).envelope.queued(), r#"{"class":"EchoJob","args":["a</b>",1]}"#);
    }

    #[test]
    fn a_native_job_that_is_tried_again_keeps_its_name_keys_and_counters() {
        let element = r#"{"class":"some-job","args":[1],"extra":1}"#;
        let job = Job::read(element.as_bytes(), Some("low")).unwrap();
        let mut next = job.data.clone();
        next.executions = 1;
        let again = job.with_data(next).envelope.queued();
        assert_eq!(again, r#"{"class":"some-job","args":[1],"extra":1,"egret":{"executions":1}}"#);
        assert_eq!(read(&again).executions, 1);
    }

    #[test]
    fn signs_of_html_are_escaped_as_by_active_support() {
        let mut data = JobData::new("A");
        data.arguments = RawValue::from_string("[\"</b>&\u{2028}\u{2029}鷺\"]".to_owned()).unwrap();
        let text = Job::new(data).envelope.queued();
        assert!(text.contains(r#"["\u003c/b\u003e\u0026\u2028\u2029鷺"]"#), "{text}");
    }

    #[test]
    fn a_wrapper_without_a_job_cannot_be_read() {
        for args in ["[]", "[1]", "[{},{}]", "{}", "[{\"job_class\":\"A\"}]", "null"] {
            let element = format!(r#"{{"class":"{WRAPPER}","args":{args}}}"#);
            let unreadable = Job::read(element.as_bytes(), None).unwrap_err();
            assert!(unreadable.reason.contains("Active Job"), "{args}: {}", unreadable.reason);
        }
    }
}
