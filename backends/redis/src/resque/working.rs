//! What a worker says that it is doing, under `worker:ID` (Resque 3.0, `lib/resque/worker.rb`, `working_on`). Ours are written
//! by the scripts that take jobs.

use egret_core::Timestamp;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::pairs::Pairs;
use super::times;

/// What a worker does.
#[derive(Clone, Debug)]
pub(super) struct Working {
    pub(super) queue: String,
    /// Since when; `None` if it cannot be told.
    pub(super) run_at: Option<Timestamp>,
    /// The element as the worker took it. Ruby writes it last, node-resque before other keys.
    pub(super) payload: Box<RawValue>,
}

impl Working {
    /// Reads a record of anybody; `None` for what says nothing.
    pub(super) fn read(bytes: &[u8], zone: &TimeZone) -> Option<Self> {
        let mut pairs: Pairs = serde_json::from_slice(bytes).ok()?;
        let run_at = pairs.text("run_at").and_then(|text| times::parse(&text, zone));
        Some(Self { payload: pairs.take("payload")?, queue: pairs.text("queue")?, run_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_ruby_and_node_are_read() {
        let sample = include_str!("../../tests/samples/resque/state_while_working.txt");
        let ruby = sample.lines().find(|line| line.starts_with(r#"{"queue":"slow""#)).unwrap();
        let working = Working::read(ruby.as_bytes(), &TimeZone::UTC).unwrap();
        assert_eq!(working.run_at, Some("2026-11-23T19:04:30Z".parse().unwrap()));
        assert_eq!((working.queue.as_str(), working.payload.get()), ("slow", r#"{"class":"SlowJob","args":[6]}"#));
        let node = r#"{"run_at":"Tue Nov 24 2026 03:20:46 GMT+0900 (Japan Standard Time)","worker":"vm:23919","payload":{"class":"EchoJob","args":{},"queue":"default"},"queue":"default"}"#;
        let working = Working::read(node.as_bytes(), &TimeZone::UTC).unwrap();
        assert_eq!(
            (working.queue.as_str(), working.run_at),
            ("default", Some("2026-11-23T18:20:46Z".parse().unwrap()))
        );
        for nothing in ["", "{}", "null", "[]", r#"{"queue":"a"}"#] {
            assert!(Working::read(nothing.as_bytes(), &TimeZone::UTC).is_none(), "{nothing}");
        }
    }
}
