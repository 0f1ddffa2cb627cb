//! How a service comes to life.

use std::fmt;

/// Who starts services. The values are SHIRASAGI's (1.21.0, `config/defaults/job.yml`, `default.mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// `on_demand`: an enqueue starts a service if none is alive; it leaves when there is nothing to do.
    #[default]
    OnDemand,
    /// `service`: the operator starts as many processes as wanted; nothing starts by itself.
    Service,
}

impl Mode {
    pub(super) const ALL: [Self; 2] = [Self::OnDemand, Self::Service];

    /// The value in the file and in `status.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
