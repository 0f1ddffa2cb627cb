//! The column `handler`: the YAML of a job, as a payload and back.
//!
//! | in the row | class of the payload | arguments |
//! |---|---|---|
//! | the wrapper of Active Job | `job_class` | as Active Job serialized them |
//! | `PerformableMethod` or `PerformableMailer` on a class | `Class.method` | `args` |
//! | the same on anything else | `Class#method` | the receiver, then `args` |
//! | a struct or another object | its class | its members or variables as keyword arguments |
//!
//! Names of methods and classes are those that Ruby's worker shows (delayed_job 4.1, `performable_method.rb`). The last
//! three are native to Delayed Job: their payload keeps the whole text ([`FORMAT`]), which is what is written back.

mod call;
mod error;
mod json;
mod native;
mod payload;
mod wrapper;

pub use call::{MethodCall, StructJob};
pub use error::HandlerError;

use egret_core::JobData;

use crate::ruby::{self, Value};
use crate::yaml::{self, Limits};

/// The format's name on native jobs ([`egret_core::Native`]).
pub const FORMAT: &str = "delayed_job";

/// Reads the handler of a row as a payload.
///
/// Native jobs get the id `delayed_job-N` with the number of their row.
///
/// # Errors
/// When it is no YAML that a worker could perform, or exceeds the limits.
pub fn decode(text: &str, row: i64, limits: Limits) -> Result<JobData, HandlerError> {
    let tree = yaml::read(text, limits)?;
    match ruby::value(&tree, limits)? {
        Value::Object { class, variables } if wrapper::is_wrapper(&class) => wrapper::decode(&variables),
        value => native::decode(&value, text, row),
    }
}

/// Writes a payload as the handler of a new row.
///
/// # Errors
/// When the text would exceed the limits, so that no worker of ours could read it.
pub fn encode(data: &JobData, limits: Limits) -> Result<String, HandlerError> {
    let text = match native::text(data)? {
        Some(text) => text,
        None => yaml::write(&wrapper::encode(data)?),
    };
    yaml::read(&text, limits)?;
    Ok(text)
}

/// Writes a payload that came from a row, changed: what is as it was keeps its bytes.
///
/// # Errors
/// As of [`encode`].
pub fn encode_changed(data: &JobData, original: &str, limits: Limits) -> Result<String, HandlerError> {
    if data.native.is_none()
        && let Ok(tree) = yaml::read(original, limits)
        && let Some(changed) = wrapper::change(tree, data, limits)?
    {
        let text = yaml::write(&changed);
        // An alias may have lost its node, or mean another one now.
        let says_the_same = |back: JobData| serde_json::to_string(&back).ok() == serde_json::to_string(data).ok();
        if decode(&text, 0, limits).is_ok_and(says_the_same) {
            return Ok(text);
        }
    }
    encode(data, limits)
}
