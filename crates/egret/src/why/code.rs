//! The stable names of causes.

use std::fmt;

use serde::{Serialize, Serializer};

/// The stable name of a cause, in the order in which causes are to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The store does not answer.
    StoreUnreachable,
    /// It was set aside because services died while it ran.
    Quarantined,
    /// A person paused its queue.
    Paused,
    /// Its time has not come.
    Future,
    /// It failed and waits for its next attempt.
    BackingOff,
    /// A limit holds it: it is blocked, or services died during it and others of the kind run first.
    LimitFull,
    /// No service that lives knows its class; on demand without a service: neither does the program to be started.
    ClassUnknown,
    /// No service lives, and none that could not be started is the cause.
    NoService,
    /// Services live that know its class, and none takes from its queue; also when those that do are quiet.
    QueueUnpolled,
    /// The service that has it gives no sign.
    HeldByDead,
    /// A living service has it.
    Held,
    /// Every service that could run it is busy, or it is the very next.
    Behind,
    /// On demand, a service was to be started and could not.
    StartFailed,
    /// A wrong clock gave it its time, or a service that should have taken it has another time than the store.
    ClockSkew,
}

impl Code {
    /// Every code, in order.
    pub const ALL: [Self; 14] = [
        Self::StoreUnreachable,
        Self::Quarantined,
        Self::Paused,
        Self::Future,
        Self::BackingOff,
        Self::LimitFull,
        Self::ClassUnknown,
        Self::NoService,
        Self::QueueUnpolled,
        Self::HeldByDead,
        Self::Held,
        Self::Behind,
        Self::StartFailed,
        Self::ClockSkew,
    ];

    /// The name in JSON; it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StoreUnreachable => "store_unreachable",
            Self::Quarantined => "quarantined",
            Self::Paused => "paused",
            Self::Future => "future",
            Self::BackingOff => "backing_off",
            Self::LimitFull => "limit_full",
            Self::ClassUnknown => "class_unknown",
            Self::NoService => "no_service",
            Self::QueueUnpolled => "queue_unpolled",
            Self::HeldByDead => "held_by_dead",
            Self::Held => "held",
            Self::Behind => "behind",
            Self::StartFailed => "start_failed",
            Self::ClockSkew => "clock_skew",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
