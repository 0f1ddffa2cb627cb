//! What a worker says that it is doing, under `worker:ID` (Resque 3.0, `lib/resque/worker.rb`, `working_on`). Ours are written
//! by the scripts that take jobs.

use serde_json::value::RawValue;

use super::pairs::Pairs;

/// What a worker does.
#[derive(Clone, Debug)]
pub(super) struct Working {
    pub(super) queue: String,
    /// The element as the worker took it. Ruby writes it last, node-resque before other keys.
    pub(super) payload: Box<RawValue>,
}

impl Working {
    /// Reads a record of anybody; `None` for what says nothing.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut pairs: Pairs = serde_json::from_slice(bytes).ok()?;
        Some(Self { payload: pairs.take("payload")?, queue: pairs.text("queue")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_ruby_and_node_are_read() {
        let sample = include_str!("../../tests/samples/resque/state_while_working.txt");
        let ruby = sample.lines().find(|line| line.starts_with(r#"{"queue":"slow""#)).unwrap();
        let working = Working::read(ruby.as_bytes()).unwrap();
        assert_eq!((working.queue.as_str(), working.payload.get()), ("slow", r#"{"class":"SlowJob","args":[6]}"#));
        let node = r#"{"run_at":"Tue Nov 24 2026 03:20:46 GMT+0900 (Japan Standard Time)","worker":"vm:23919","payload":{"class":"EchoJob","args":{},"queue":"default"},"queue":"default"}"#;
        assert_eq!(Working::read(node.as_bytes()).unwrap().queue, "default");
        for nothing in ["", "{}", "null", "[]", r#"{"queue":"a"}"#] {
            assert!(Working::read(nothing.as_bytes()).is_none(), "{nothing}");
        }
    }
}
