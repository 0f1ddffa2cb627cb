//! The identity of a job.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The identity of a job, unchanged by retries: Active Job's `job_id`.
///
/// Jobs made here get a UUID of version 7 in lower case with hyphens, so that ids made one after the other lie close
/// together in a store's index. Any other text is taken as it is: peers write version 4, and nothing depends on the form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(Box<str>);

impl JobId {
    /// A fresh identity; two calls in one process never give the same, and later ones sort after earlier ones.
    pub fn generate() -> Self {
        let mut buffer = Uuid::encode_buffer();
        Self(Uuid::now_v7().hyphenated().encode_lower(&mut buffer).into())
    }

    /// Takes the text of a payload or of a user as an identity.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text as it stands in payloads.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for JobId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for JobId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for JobId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "JobId({})", self.0)
    }
}
