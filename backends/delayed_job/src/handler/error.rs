//! Why a handler is no job, or a job no handler.

use crate::yaml::YamlError;

/// Why a handler cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// It is no YAML, or too large.
    #[error("the handler cannot be read as YAML")]
    Yaml(#[from] YamlError),
    /// A value of a class on which Ruby could not call `perform`.
    #[error("the handler holds a value of the class `{class}`, expected an object that performs")]
    NoJob {
        /// Its class in Ruby.
        class: String,
    },
    /// The object that Active Job wraps its payload in lacks the payload, or holds something else.
    #[error("the handler's `job_data` is no payload of Active Job")]
    NoPayload(#[source] serde_json::Error),
    /// A method call lacks a part.
    #[error("the handler's method call has no `{part}`")]
    IncompleteCall {
        /// The variable that is missing.
        part: &'static str,
    },
    /// A name that is not one of Ruby's.
    #[error("`{name}` is not the name of {expected} in Ruby")]
    BadName {
        /// The name.
        name: String,
        /// What it should name.
        expected: &'static str,
    },
    /// Arguments that cannot be written.
    #[error("the arguments are not JSON")]
    BadArguments(#[source] serde_json::Error),
    /// The native envelope is of another format.
    #[error("the job is native to `{format}` and cannot be stored for Delayed Job")]
    ForeignEnvelope {
        /// The format.
        format: String,
    },
}
