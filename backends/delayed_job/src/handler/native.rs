//! Jobs that are native to Delayed Job: method calls, structs and other objects.

use egret_core::{JobData, JobId, Native};
use serde_json::Map;
use serde_json::value::{RawValue, to_raw_value};

use super::{FORMAT, HandlerError};
use crate::ruby::{self, Value};

/// Classes of method calls (delayed_job 4.1, `performable_method.rb` and `performable_mailer.rb`).
pub(super) const METHOD: &str = "Delayed::PerformableMethod";
pub(super) const MAILER: &str = "Delayed::PerformableMailer";

pub(super) fn decode(value: &Value, text: &str, row: i64) -> Result<JobData, HandlerError> {
    let (class, arguments) = match value {
        Value::Object { class, variables } if matches!(class.as_str(), METHOD | MAILER) => call(variables)?,
        Value::Struct { class, members: variables } | Value::Object { class, variables } => {
            (class.clone(), keywords(variables))
        }
        Value::Record { class, .. } => (class.clone(), ruby::positional([value])),
        other => return Err(HandlerError::NoJob { class: other.class().to_owned() }),
    };
    let mut data = JobData::new(class);
    data.job_id = JobId::new(format!("{FORMAT}-{row}"));
    data.queue_name = None;
    data.locale = None;
    data.exception_executions = Some(Map::new());
    data.arguments = RawValue::from_string(arguments).expect("arguments are written as JSON");
    data.native = Some(Box::new(envelope(text)));
    Ok(data)
}

/// The text of a handler as the envelope of a native job.
pub(super) fn envelope(text: &str) -> Native {
    Native { format: FORMAT.to_owned(), envelope: to_raw_value(text).expect("a string is JSON") }
}

/// The text that a native job came with; `None` for jobs of Active Job.
pub(super) fn text(data: &JobData) -> Result<Option<String>, HandlerError> {
    let Some(native) = &data.native else { return Ok(None) };
    let text = Some(native).filter(|native| native.format == FORMAT);
    let text = text.and_then(|native| serde_json::from_str(native.envelope.get()).ok());
    text.map(Some).ok_or_else(|| HandlerError::ForeignEnvelope { format: native.format.clone() })
}

/// The name of a method call and its arguments.
fn call(variables: &[(String, Value)]) -> Result<(String, String), HandlerError> {
    let part = |part: &'static str| {
        let found = variables.iter().find(|(name, _)| name == part).map(|(_, value)| value);
        found.ok_or(HandlerError::IncompleteCall { part })
    };
    let receiver = part("object")?;
    let method = part("method_name")?.name().ok_or(HandlerError::IncompleteCall { part: "method_name" })?;
    let Value::List(arguments) = part("args")? else { return Err(HandlerError::IncompleteCall { part: "args" }) };
    Ok(match receiver {
        Value::Class(name) | Value::Module(name) => (format!("{name}.{method}"), ruby::positional(arguments)),
        other => {
            let all = std::iter::once(other).chain(arguments);
            (format!("{}#{method}", other.class()), ruby::positional(all))
        }
    })
}

/// Members or variables as one hash of keyword arguments; no argument when there are none.
fn keywords(variables: &[(String, Value)]) -> String {
    if variables.is_empty() {
        return "[]".to_owned();
    }
    let quoted = |text: &str| serde_json::to_string(text).expect("a string is JSON");
    let pairs: Vec<String> =
        variables.iter().map(|(name, value)| format!("{}:{}", quoted(name), ruby::argument(value))).collect();
    let names: Vec<String> = variables.iter().map(|(name, _)| quoted(name)).collect();
    format!("[{{{},\"_aj_ruby2_keywords\":[{}]}}]", pairs.join(","), names.join(","))
}
