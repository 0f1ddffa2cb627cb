//! The verbs of iterations, for formats that keep the state of jobs that go on later where they stopped.

use std::time::Duration;

use egret_core::{Applied, ClaimToken, Iteration, Result, Timestamp};
use redis::Value;
use serde_json::value::RawValue;

use super::Store;
use super::format::Format;
use super::script_reply::{list, number, text};
use super::writes::Writes;
use crate::driver::{Call, Script};

static ITERATE: Script = Script::new(include_str!("scripts/iterate.lua"));
static CANCEL: Script = Script::new(include_str!("scripts/cancel_iteration.lua"));

/// Fields of the hash (Sidekiq 7.3 to 8.1, `lib/sidekiq/job/iterable.rb`).
const EXECUTIONS: &str = "ex";
const CURSOR: &str = "c";
const RUNTIME: &str = "rt";
const CANCELLED: &str = "cancelled";

impl<F: Format> Store<F> {
    pub(super) async fn read_iteration(&self, token: ClaimToken) -> Result<Option<Iteration>> {
        self.iterate(token, "read how far a job has come", Writes::default()).await
    }

    pub(super) async fn write_iteration(&self, token: ClaimToken, iteration: Iteration) -> Result<Option<Iteration>> {
        let Some(key) = self.iteration_key(token).await? else {
            return self.iterate(token, "write how far a job has come", Writes::default()).await;
        };
        let cursor = iteration.cursor.as_ref().map_or("null", |cursor| cursor.get());
        let (executions, runtime) = (iteration.executions.to_string(), runtime_text(iteration.runtime));
        let mut writes = Writes::one(["HSET", &key, EXECUTIONS, &executions, CURSOR, cursor, RUNTIME, &runtime]);
        writes.add(["EXPIRE", &key, &KEPT.to_string()]);
        self.iterate(token, "write how far a job has come", writes).await
    }

    pub(super) async fn forget_iteration(&self, token: ClaimToken) -> Result<Applied> {
        let Some(key) = self.iteration_key(token).await? else {
            let ended = self.iterate(token, "forget how far a job has come", Writes::default()).await?;
            return Ok(if ended.is_some() { Applied::Done } else { Applied::Stale });
        };
        let ended = self.iterate(token, "forget how far a job has come", Writes::one(["UNLINK", &key])).await?;
        Ok(if ended.is_some() { Applied::Done } else { Applied::Stale })
    }

    /// Asks whoever runs a job to go no further with its elements. Answers false for a job that keeps no such state: nothing
    /// reaches it.
    pub(super) async fn cancel_iteration(&self, bytes: &[u8]) -> Result<bool> {
        let Some(key) = self.format.iteration_key(bytes) else { return Ok(false) };
        let mut call = Call::new([key]);
        call.arg(Timestamp::now().as_second()).arg(KEPT);
        Ok(self.driver.script("cancel a job that goes through elements", &CANCEL, &call).await? != Value::Int(0))
    }

    async fn iterate(&self, token: ClaimToken, what: &str, writes: Writes) -> Result<Option<Iteration>> {
        if !self.format.capabilities().iterations {
            return Err(self.cannot("keep how far jobs have come"));
        }
        let Some(key) = self.iteration_key(token).await? else { return Ok(None) };
        let mut call = Call::new([&self.keys.claims(token.service), &key]);
        call.arg(token.claim);
        writes.add_words_to(&mut call);
        let answer = self.driver.script(what, &ITERATE, &call).await?;
        let mut parts = list(answer)?.into_iter();
        match parts.next().map(number).transpose()? {
            Some(1) => parse(parts).map(Some),
            _ => Ok(None),
        }
    }

    /// The key of the state of a claim's job; `None` when the claim is not held.
    async fn iteration_key(&self, token: ClaimToken) -> Result<Option<String>> {
        if token.record != 0 {
            return Ok(None);
        }
        let held = self.held(token).await?;
        Ok(held.and_then(|held| self.format.iteration_key(&held.bytes)))
    }
}

/// Seconds that the state is kept when nobody writes it: thirty days.
const KEPT: u32 = 2_592_000;

/// Seconds, as Ruby writes a `Float`; 0 as the `Integer` with which Ruby begins.
fn runtime_text(runtime: Duration) -> String {
    if runtime.is_zero() { "0".to_owned() } else { format!("{:?}", runtime.as_secs_f64()) }
}

fn parse(mut parts: impl Iterator<Item = Value>) -> Result<Iteration> {
    let mut iteration = Iteration::default();
    while let (Some(field), Some(value)) = (parts.next(), parts.next()) {
        let value = text(value)?;
        match text(field)?.as_str() {
            EXECUTIONS => iteration.executions = value.parse().unwrap_or(0),
            CURSOR => iteration.cursor = cursor(value),
            RUNTIME => iteration.runtime = seconds(&value),
            CANCELLED => iteration.cancelled_at = Timestamp::from_second(value.parse().unwrap_or(0)).ok(),
            _ => {}
        }
    }
    Ok(iteration)
}

/// The JSON of a cursor; what is none is taken as a text, as it stands.
fn cursor(value: String) -> Option<Box<RawValue>> {
    let raw = RawValue::from_string(value.clone()).unwrap_or_else(|_| {
        let text = serde_json::to_string(&value).expect("a text is JSON");
        RawValue::from_string(text).expect("a text is JSON")
    });
    (raw.get() != "null").then_some(raw)
}

fn seconds(text: &str) -> Duration {
    text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What 7.3.10 and 8.1.7 have written.
    #[test]
    fn states_of_sidekiq_7_and_8_are_read_and_written_alike() {
        for sample in [
            include_str!("../../tests/samples/sidekiq/7.3.10/iteration.json"),
            include_str!("../../tests/samples/sidekiq/8.1.7/iteration.json"),
        ] {
            let sample: serde_json::Value = serde_json::from_str(sample).expect("a sample is JSON");
            let states = sample["states"]["quiet"].as_object().expect("keys of Redis");
            let (_, state) = states.iter().find(|(key, _)| key.starts_with("it-")).expect("a state");
            let fields = state["value"].as_object().expect("a hash");
            let flat =
                fields.iter().flat_map(|(field, value)| [field.clone(), value.as_str().expect("a text").to_owned()]);
            let iteration = parse(flat.map(|text| Value::BulkString(text.into_bytes()))).expect("it is read");
            assert_eq!(iteration.executions, 1);
            assert_eq!(iteration.cursor.expect("a cursor").get(), fields["c"]);
            let [written, read]: [f64; 2] =
                [runtime_text(iteration.runtime), fields["rt"].as_str().expect("a text").to_owned()]
                    .map(|text| text.parse().expect("seconds"));
            assert!((written - read).abs() < 1e-8, "{written} of {read}");
        }
    }

    #[test]
    fn i7_a_cursor_that_is_no_json_is_a_text() {
        assert_eq!(cursor("2026-11-28".to_owned()).expect("a cursor").get(), "\"2026-11-28\"");
        assert_eq!(cursor("[1,\"a\"]".to_owned()).expect("a cursor").get(), "[1,\"a\"]");
        assert!(cursor("null".to_owned()).is_none());
    }
}
