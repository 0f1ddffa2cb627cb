//! What is wrong, or soon will be.

use std::time::Duration;

use egret_core::Timestamp;
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::language::{Reader, TextValue, name_in_a_sentence};

/// A cause in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Its stable name.
    pub code: CauseCode,
    /// Whether it makes the status `stucked`.
    pub severity: Severity,
    /// What is the matter, for people.
    pub sentence: String,
    /// How many jobs wait for it.
    pub n_jobs: u64,
    /// Since when, with the offset of the reader's zone; absent where there is no such moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The command that mends it; it loses nothing.
    pub remedy: String,
    /// The queue that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// The class of the jobs, where that is the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The service that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// The stable name of a cause. The words are those of [`why::Code`](crate::why::Code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CauseCode {
    /// No service lives.
    NoService,
    /// Services live, and none polls the queue.
    QueueUnpolled,
    /// A service was to be started on demand and could not.
    StartFailed,
    /// A service that holds jobs gives no sign, and nobody has given them back.
    HeldByDead,
    /// No service that lives knows the class.
    ClassUnknown,
    /// Services poll the queue and know the class, and are busy with other jobs.
    Behind,
    /// A person paused the queue. Never an alarm.
    Paused,
}

impl CauseCode {
    /// Every code, the one to be mended first before the others.
    pub const ALL: [Self; 7] = [
        Self::NoService,
        Self::QueueUnpolled,
        Self::StartFailed,
        Self::HeldByDead,
        Self::ClassUnknown,
        Self::Behind,
        Self::Paused,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoService => "no_service",
            Self::QueueUnpolled => "queue_unpolled",
            Self::StartFailed => "start_failed",
            Self::HeldByDead => "held_by_dead",
            Self::ClassUnknown => "class_unknown",
            Self::Behind => "behind",
            Self::Paused => "paused",
        }
    }
}

impl Serialize for CauseCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CauseCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|code| code.as_str() == name);
        known.ok_or_else(|| serde::de::Error::custom(format_args!("`{name}` is no code of a cause that is known here")))
    }
}

/// How bad a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Jobs are late.
    Stuck,
    /// Nothing is late yet.
    Warning,
}

/// A cause before it is put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: CauseCode,
    pub(super) severity: Severity,
    pub(super) n_jobs: u64,
    pub(super) since: Option<Timestamp>,
    pub(super) queue: Option<String>,
    pub(super) class: Option<String>,
    /// Name, host and process of the service.
    pub(super) service: Option<String>,
    pub(super) error: Option<String>,
    /// Whether somebody who gives no sign may be there all the same.
    pub(super) may_be_unseen: bool,
    pub(super) remedy: String,
}

impl Finding {
    /// Puts it into words.
    pub(super) fn told_to(self, reader: &Reader, now: Timestamp) -> Cause {
        let age = self.since.map_or(Duration::ZERO, |since| between(since, now));
        let word = |text: &Option<String>| TextValue::from(text.clone().unwrap_or_default());
        let name = |text: &Option<String>| TextValue::from(name_in_a_sentence(text.as_deref().unwrap_or_default()));
        let arguments = [
            ("n", TextValue::from(self.n_jobs)),
            ("age", TextValue::from(reader.language.length(age))),
            ("queue", name(&self.queue)),
            ("class", name(&self.class)),
            ("service", word(&self.service)),
            ("error", word(&self.error)),
        ];
        let say = |message: &str| reader.language.text_with(message, &arguments);
        let sentence = match (self.code, self.n_jobs) {
            (CauseCode::NoService, 0) => say("status-no-service-idle"),
            (CauseCode::NoService, _) => say("status-no-service"),
            (CauseCode::QueueUnpolled, _) => say("status-queue-unpolled"),
            (CauseCode::StartFailed, _) => say("status-start-failed"),
            (CauseCode::HeldByDead, _) => say("status-held-by-dead"),
            (CauseCode::ClassUnknown, _) => say("status-class-unknown"),
            (CauseCode::Behind, _) => say("status-behind"),
            (CauseCode::Paused, _) => say("status-paused"),
        };
        let sentence = match self.may_be_unseen {
            true => reader.language.text_with("why-unseen-workers", &[("sentence", sentence.into())]),
            false => sentence,
        };
        Cause {
            code: self.code,
            severity: self.severity,
            sentence,
            n_jobs: self.n_jobs,
            since: self.since.map(|since| reader.iso(since)),
            remedy: self.remedy,
            queue: self.queue,
            class: self.class,
            service: self.service,
        }
    }
}

/// How long it is from one moment to a later one; nothing when it is not later.
pub(super) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    SignedDuration::try_into(later.duration_since(earlier)).unwrap_or(Duration::ZERO)
}
