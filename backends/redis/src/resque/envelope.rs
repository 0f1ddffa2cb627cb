//! One element of a queue, or of a list of delayed jobs, as its parts on the wire.
//!
//! Ruby writes `{"class":…,"args":[…]}`, resque-scheduler `{"class":…,"args":[…],"queue":…}`, node-resque 9.7
//! `{"class":…,"queue":…,"args":[…]}`, all without blanks. Ruby finds jobs by comparing these texts, so what is not meant to
//! change is written as it was read.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::memory::{Memory, dated};
use super::pairs::Pairs;
use egret_core::UnreadablePayload;

const CLASS: &str = "class";
const ARGS: &str = "args";
const QUEUE: &str = "queue";
/// The key under which Egret remembers what neither Ruby nor node writes down; both ignore it. It is only there when there
/// is something to remember: never in a job that has not run.
const MEMORY: &str = "egret";
/// The key of the services that died while the job ran since a run last ended, for people. Beside the other one since a
/// script looks for it.
const DEATHS: &str = "egret_deaths";

/// An element that is a JSON object with a class.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    /// The name of the class, a JSON string.
    class: Box<RawValue>,
    /// Whatever stands there; Ruby takes more than arrays.
    pub(super) args: Option<Box<RawValue>>,
    /// The queue, where the element names it.
    pub(super) queue: Option<String>,
    pub(super) memory: Memory,
    pub(super) deaths: Vec<String>,
    /// Keys that nobody knows, in their order.
    others: Pairs,
}

impl Envelope {
    /// A job of a class.
    pub(super) fn new(class: &str, args: Box<RawValue>) -> Self {
        let (memory, deaths, others) = (Memory::default(), Vec::new(), Pairs::default());
        Self { class: raw(class), args: Some(args), queue: None, memory, deaths, others }
    }

    /// Reads an element.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, UnreadablePayload> {
        Self::parse(bytes).map_err(|reason| UnreadablePayload { bytes: bytes.to_vec(), reason })
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        if let Some(excess) = crate::store::excess(bytes) {
            return Err(excess.to_string());
        }
        let mut pairs: Pairs = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let class = pairs.take(CLASS).ok_or("it names no class")?;
        if serde_json::from_str::<String>(class.get()).is_ok_and(|name| name.is_empty()) {
            return Err("its class is empty".to_owned());
        }
        if !class.get().starts_with('"') {
            return Err(format!("its class is no text but `{}`", shortened(class.get())));
        }
        let queue = pairs.take(QUEUE).and_then(|queue| serde_json::from_str(queue.get()).ok());
        let memory = pairs.take(MEMORY).and_then(|memory| serde_json::from_str(memory.get()).ok()).unwrap_or_default();
        let deaths = pairs.take(DEATHS).and_then(|deaths| serde_json::from_str(deaths.get()).ok()).unwrap_or_default();
        Ok(Self { class, args: pairs.take(ARGS), queue, memory, deaths, others: pairs })
    }

    /// The class as it is written.
    pub(super) fn class(&self) -> String {
        serde_json::from_str(self.class.get()).unwrap_or_else(|_| self.class.get().to_owned())
    }

    /// Gives the job another class.
    pub(super) fn rename(&mut self, class: &str) {
        self.class = raw(class);
    }

    /// The element of a queue.
    pub(super) fn queued(&self) -> String {
        self.text(None)
    }

    /// The element of a list of delayed jobs.
    pub(super) fn delayed(&self, queue: &str) -> String {
        self.text(Some(queue))
    }

    /// What a failure record shows of it: without our memory, which the record keeps elsewhere.
    pub(super) fn shown(&self) -> Box<RawValue> {
        let forgetful = Self { memory: Memory::default(), deaths: Vec::new(), ..self.clone() };
        RawValue::from_string(forgetful.queued()).expect("an element is JSON")
    }

    fn text(&self, queue: Option<&str>) -> String {
        serde_json::to_string(&Written { envelope: self, queue }).expect("raw values are JSON")
    }

    /// How many services died while the job ran since a run last ended.
    pub(super) fn interruptions(&self) -> u32 {
        u32::try_from(self.deaths.len()).unwrap_or(u32::MAX)
    }

    /// When the element was taken in, as far as anybody has written it down.
    pub(super) fn enqueued_at(&self) -> Option<jiff::Timestamp> {
        self.memory.enqueued_at.map(dated)
    }
}

struct Written<'a> {
    envelope: &'a Envelope,
    queue: Option<&'a str>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(CLASS, &self.envelope.class)?;
        if let Some(args) = &self.envelope.args {
            map.serialize_entry(ARGS, args)?;
        }
        if let Some(queue) = self.queue {
            map.serialize_entry(QUEUE, queue)?;
        }
        for (key, value) in &self.envelope.others.0 {
            map.serialize_entry(key, value)?;
        }
        if !self.envelope.memory.is_blank() {
            map.serialize_entry(MEMORY, &self.envelope.memory)?;
        }
        if !self.envelope.deaths.is_empty() {
            map.serialize_entry(DEATHS, &self.envelope.deaths)?;
        }
        map.end()
    }
}

fn raw(text: &str) -> Box<RawValue> {
    to_raw_value(text).expect("a text is JSON")
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_differs_by_no_byte_from_what_ruby_writes() {
        for line in include_str!("../../tests/samples/resque/payloads_plain.jsonl")
            .lines()
            .filter(|line| line.contains("class"))
        {
            assert_eq!(Envelope::read(line.as_bytes()).unwrap().queued(), line);
        }
        for line in include_str!("../../tests/samples/resque/payloads_activejob_6_1.jsonl").lines() {
            assert_eq!(Envelope::read(line.as_bytes()).unwrap().queued(), line);
        }
        let line = include_str!("../../tests/samples/resque/payloads_with_activesupport.jsonl").trim_end();
        assert_eq!(Envelope::read(line.as_bytes()).unwrap().queued(), line);
    }

    #[test]
    fn a_delayed_job_moves_as_resque_scheduler_moves_it() {
        let delayed = r#"{"class":"EchoJob","args":["at",{"k":1}],"queue":"default"}"#;
        let envelope = Envelope::read(delayed.as_bytes()).unwrap();
        assert_eq!(envelope.queue.as_deref(), Some("default"));
        assert_eq!(envelope.delayed("default"), delayed);
        assert_eq!(envelope.queued(), r#"{"class":"EchoJob","args":["at",{"k":1}]}"#);
    }

    #[test]
    fn node_names_the_queue_between_class_and_arguments() {
        let node = r#"{"class":"EchoJob","queue":"default","args":["delayed"]}"#;
        let envelope = Envelope::read(node.as_bytes()).unwrap();
        assert_eq!((envelope.class().as_str(), envelope.queue.as_deref()), ("EchoJob", Some("default")));
        assert_eq!(envelope.queued(), r#"{"class":"EchoJob","args":["delayed"]}"#);
    }

    #[test]
    fn unknown_keys_stay_and_the_last_of_equal_ones_counts() {
        let envelope =
            Envelope::read(br#"{ "args":[1.0e+300] , "class":"A", "extra" : {"z": 1}, "class":"B" }"#).unwrap();
        assert_eq!(envelope.queued(), r#"{"class":"B","args":[1.0e+300],"extra":{"z": 1}}"#);
    }

    #[test]
    fn the_mark_of_interrupted_jobs_is_what_the_script_looks_for() {
        let mut envelope = Envelope::read(br#"{"class":"A","args":[]}"#).unwrap();
        envelope.deaths.push("a".to_owned());
        let text = envelope.queued();
        assert!(text.contains(crate::store::INTERRUPTED_MARK), "{text}");
        assert_eq!(Envelope::read(text.as_bytes()).unwrap().interruptions(), 1);
    }

    #[test]
    fn what_names_no_class_says_what_is_wrong() {
        for (bytes, reason) in [
            (&b"{bad"[..], "key must be a string"),
            (b"[1,2]", "expected a JSON object"),
            (b"5", "expected a JSON object"),
            (b"\"str\"", "expected a JSON object"),
            (b"null", "expected a JSON object"),
            (b"", "EOF"),
            (b"{\"class\":\"\xff\"}", "invalid unicode"),
            (br#"{"class":null,"args":[1]}"#, "no text but `null`"),
            (br#"{"args":[]}"#, "names no class"),
            (br#"{"class":"","args":[]}"#, "class is empty"),
            (br#"{"class":5,"args":[1]}"#, "no text but `5`"),
        ] {
            let unreadable = Envelope::read(bytes).unwrap_err();
            assert_eq!(unreadable.bytes, bytes);
            assert!(unreadable.reason.contains(reason), "{reason}: {}", unreadable.reason);
        }
    }
}
