//! The jobs on our side: namesakes of those in `ruby/` and `node/peer.js`, which do and tell the same.

use std::sync::{Mutex, MutexGuard, OnceLock};

use egret::arguments::{Arguments, Date, DurationValue, RawArgument, Symbol, Time};
use egret::job::Done;
use egret::{AppBuilder, Context, Job};
use redis::Connection;
use serde_json::{Map, Value, json};

use crate::delayed_job::jobs as delayed;
use crate::told::{GATE, RUNS, SIDES, TALLY, TOLD};

/// Names the database in which jobs tell.
pub const DATABASE_VARIABLE: &str = "PEERS_REDIS_URL";

/// Registers all of them.
pub fn register(app: AppBuilder) -> AppBuilder {
    app.register::<Echo>()
        .register::<FailTimes>()
        .register::<Hold>()
        .register::<Tally>()
        .register::<Greet>()
        .register::<Waver>()
        .register::<Topple>()
        .register::<Walk>()
        .register::<Stroll>()
        .register::<Stumble>()
        .register::<Stubborn>()
        .register::<delayed::Tell>()
        .register::<delayed::Note>()
        .register::<delayed::Slip>()
        .register::<delayed::Blot>()
}

/// Tells its arguments.
#[derive(Debug, Job)]
pub struct Echo(RawArgument, RawArgument, RawArgument);

impl Echo {
    async fn perform(self, context: &Context) -> egret::Result {
        let values: Result<Vec<Value>, _> =
            [self.0, self.1, self.2].iter().map(|argument| serde_json::from_str(argument.get())).collect();
        tell("done", "Echo", context, json!({ "arguments": values? }))
    }
}

/// Fails the first so many times that any side runs it.
#[derive(Debug, Job)]
pub struct FailTimes(u32, String);

impl FailTimes {
    async fn perform(self, context: &Context) -> egret::Result {
        let run = count(&self.1)?;
        if run <= self.0 {
            tell("failed", "FailTimes", context, json!({ "run": run }))?;
            return Err(Unsteady(format!("run {run} of {} fails: 鷺", self.1)).into());
        }
        tell("done", "FailTimes", context, json!({ "run": run }))
    }
}

/// Tells that it began, and ends once the gate is open.
#[derive(Debug, Job)]
pub struct Hold(String);

impl Hold {
    async fn perform(self, context: &Context) -> egret::Result {
        tell("begin", "Hold", context, json!({ "mark": self.0 }))?;
        while !is_gate_open()? {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        tell("done", "Hold", context, json!({ "mark": self.0 }))
    }
}

/// Counts its number.
#[derive(Debug, Job)]
pub struct Tally(u64);

impl Tally {
    async fn perform(self) -> egret::Result {
        let mut pipeline = redis::pipe();
        pipeline.hincr(TALLY, self.0, 1).hincr(SIDES, "egret", 1).exec(&mut *connection()?)?;
        Ok(())
    }
}

/// Tells its arguments: symbols, dates, times, durations, letters of all kinds, keywords.
#[derive(Debug, Job)]
#[job(queue = "mailers")]
pub struct Greet(String, Symbol, Date, Time, DurationValue, RawArgument, Manners);

/// Keyword arguments.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Manners {
    polite: bool,
    times: u32,
}

impl Greet {
    /// What Ruby's `greet` enqueues.
    ///
    /// # Panics
    /// Never: the values are good.
    pub fn usual() -> Arguments {
        use std::collections::BTreeMap;

        let minutes = DurationValue {
            value: 5_400.into(),
            parts: vec![egret::arguments::DurationPart(Symbol::from("minutes"), 90.into())],
        };
        let inner = BTreeMap::from([("n", RawArgument::from(raw("100000000000000000000")))]);
        let deep = (Value::Null, 1.5, inner);
        let notes = RawArgument::from(raw(&format!(
            r#"{{"place":"沼 <&> 'x'","deep":{},"_aj_symbol_keys":["deep"]}}"#,
            RawArgument::encode(&deep).unwrap().get()
        )));
        let positional = [
            RawArgument::encode("白鷺"),
            RawArgument::encode(&Symbol::from("gentle")),
            RawArgument::encode(&Date("2026-11-28".parse().unwrap())),
            RawArgument::encode(&Time::utc("2026-11-28T12:30:00.25Z".parse().unwrap())),
            RawArgument::encode(&minutes),
            Ok(notes),
        ];
        let keywords = raw(r#"{"polite":true,"times":3,"_aj_ruby2_keywords":["polite","times"]}"#);
        let positional = positional.into_iter().map(Result::unwrap);
        Arguments::from_positional(positional.chain([RawArgument::from(keywords)]))
    }

    async fn perform(self, context: &Context) -> egret::Result {
        let Self(name, mood, on, at, pause, notes, manners) = self;
        let arguments = json!([
            name,
            {"symbol": mood.as_str()},
            {"date": on.0.to_string()},
            {"time": format!("{:.9}", at.instant)},
            {"duration": pause.value.as_f64()},
            plain(serde_json::from_str(notes.get())?),
        ]);
        tell("done", "Greet", context, json!({ "arguments": arguments, "keywords": manners }))
    }
}

/// Fails the first so many times, and handles that itself. A test makes the next attempt due, once the side has stopped that would
/// take it.
#[derive(Debug, Job)]
#[job(retry_on(Unsteady as "Waver::Unsteady", wait = "1h", attempts = 5, jitter = 0.0))]
pub struct Waver(u32, String);

impl Waver {
    async fn perform(self, context: &Context) -> egret::Result {
        let run = count(&self.1)?;
        let word = if run <= self.0 { "failed" } else { "done" };
        tell(word, "Waver", context, json!({ "run": run, "executions": context.executions() }))?;
        if run <= self.0 { Err(Unsteady(format!("run {run} of {}", self.1)).into()) } else { Ok(()) }
    }
}

/// Fails always; what nothing handles is Sidekiq's to judge.
#[derive(Debug, Job)]
pub struct Topple(String);

impl Topple {
    async fn perform(self, context: &Context) -> egret::Result {
        tell("failed", "Topple", context, json!({ "run": count(&self.0)? }))?;
        Err(Unsteady(format!("{} has toppled", self.0)).into())
    }
}

/// The error of jobs that fail on purpose.
#[derive(Debug)]
pub struct Unsteady(pub(crate) String);

impl std::fmt::Display for Unsteady {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unsteady {}

/// A hash as Ruby's side shows it: keys that were symbols with a colon before them.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(plain).collect(),
        Value::Object(mut entries) => {
            let symbols = entries.remove("_aj_symbol_keys").unwrap_or_default();
            let is_symbol = |key: &str| symbols.as_array().is_some_and(|keys| keys.iter().any(|name| name == key));
            let shown = entries
                .into_iter()
                .map(|(key, value)| (if is_symbol(&key) { format!(":{key}") } else { key }, plain(value)));
            Value::Object(shown.collect::<Map<String, Value>>())
        }
        other => other,
    }
}

pub(crate) fn tell(word: &str, class: &str, context: &Context, more: Value) -> egret::Result {
    let mut entry = json!({
        "side": "egret", "word": word, "class": class, "pid": std::process::id(), "jid": context.job_id().as_str(),
    });
    if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
        entry.extend(more);
    }
    redis::cmd("RPUSH").arg(TOLD).arg(entry.to_string()).exec(&mut *connection()?)?;
    Ok(())
}

/// How often this was called with the mark, on any side.
pub(crate) fn count(mark: &str) -> Result<u32, egret::job::JobError> {
    Ok(redis::cmd("HINCRBY").arg(RUNS).arg(mark).arg(1).query(&mut *connection()?)?)
}

/// What the jobs that go through elements have gone through.
const WALKED: &str = "peers:walked";

/// Goes through so many elements; at one of them it waits for the gate, or for the service to stop.
#[derive(Debug, Job)]
pub struct Walk(u64, u64);

impl Walk {
    async fn perform(self, context: &Context) -> egret::Result<Done> {
        let Self(count, waits_at) = self;
        let mut iteration = context.iteration::<u64>().await?;
        for element in iteration.cursor().copied().unwrap_or(0)..count {
            while element == waits_at && !context.is_stopping() && !is_gate_open()? {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            if let Some(stopped) = iteration.reach(&element).await? {
                return Ok(stopped);
            }
            redis::cmd("RPUSH").arg(WALKED).arg(element).exec(&mut *connection()?)?;
        }
        tell("done", "Walk", context, json!({ "run": iteration.executions() }))?;
        iteration.finish().await
    }
}

/// Goes through so many elements, one in each run.
#[derive(Debug, Job)]
pub struct Stroll(u64);

impl Stroll {
    async fn perform(self, context: &Context) -> egret::Result<Done> {
        let mut iteration = context.iteration::<u64>().await?.for_at_most(std::time::Duration::ZERO);
        let element = iteration.cursor().copied().unwrap_or(0);
        if element < self.0 {
            redis::cmd("RPUSH").arg(WALKED).arg(element).exec(&mut *connection()?)?;
            if let Some(stopped) = iteration.reach(&(element + 1)).await? {
                return Ok(stopped);
            }
        }
        tell("done", "Stroll", context, json!({ "run": iteration.executions() }))?;
        iteration.finish().await
    }
}

/// Goes through so many elements, and fails at one of them in its first run.
#[derive(Debug, Job)]
pub struct Stumble(u64, u64);

impl Stumble {
    async fn perform(self, context: &Context) -> egret::Result<Done> {
        let Self(count, fails_at) = self;
        let mut iteration = context.iteration::<u64>().await?;
        for element in iteration.cursor().copied().unwrap_or(0)..count {
            if let Some(stopped) = iteration.reach(&element).await? {
                return Ok(stopped);
            }
            if element == fails_at && iteration.executions() == 1 {
                return Err(Unsteady(format!("fails at {element}")).into());
            }
            redis::cmd("RPUSH").arg(WALKED).arg(element).exec(&mut *connection()?)?;
        }
        tell("done", "Stumble", context, json!({ "run": iteration.executions() }))?;
        iteration.finish().await
    }
}

/// Blocks its thread until the gate is open, whatever anybody asks.
#[derive(Debug, Job)]
pub struct Stubborn(String);

impl Stubborn {
    async fn perform(self, context: &Context) -> egret::Result {
        tell("begin", "Stubborn", context, json!({ "mark": self.0 }))?;
        while !is_gate_open()? {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        tell("done", "Stubborn", context, json!({ "mark": self.0 }))
    }
}

fn is_gate_open() -> Result<bool, redis::RedisError> {
    redis::cmd("EXISTS").arg(GATE).query::<bool>(&mut *connection()?)
}

/// The connection of all jobs of the process.
fn connection() -> Result<MutexGuard<'static, Connection>, redis::RedisError> {
    static CONNECTION: OnceLock<Mutex<Connection>> = OnceLock::new();
    if let Some(connection) = CONNECTION.get() {
        return Ok(connection.lock().expect("nothing panics with it"));
    }
    let url = std::env::var(DATABASE_VARIABLE).expect("the test names the database");
    let fresh = redis::Client::open(url)?.get_connection()?;
    Ok(CONNECTION.get_or_init(|| Mutex::new(fresh)).lock().expect("nothing panics with it"))
}

fn raw(json: &str) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(json.to_owned()).expect("it is JSON")
}
