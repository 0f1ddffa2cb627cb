//! What can be set about a console.

use std::net::IpAddr;
use std::time::Duration;

use egret::config::ConsoleSettings;

/// What can be set about a console. [`Default`] is what holds without configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsoleOptions {
    /// Whether anything can be changed through it.
    pub writing: Writing,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Empty: nobody's.
    pub trusted_proxies: Vec<IpAddr>,
    /// What the head of each page calls this installation; empty: the environment of the configuration.
    pub label: String,
    /// How long a session lasts without a request. Defaults to 30 min.
    pub session_lifetime: Duration,
    /// How many connections one address may hold, other than this machine's and those of trusted proxies; see
    /// [`ConnectionLimits`](crate::serve::ConnectionLimits). Defaults to 128.
    pub connections_per_address: usize,
    /// How long one request goes on changing many jobs; the next one goes on with the rest. At least one portion of some
    /// hundred jobs is changed. Default 2 s.
    pub change_time: Duration,
}

/// Whether anything can be changed through a console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// By those who may.
    #[default]
    Allowed,
    /// By nobody; login and logout apart.
    ReadOnly,
}

impl Default for ConsoleOptions {
    fn default() -> Self {
        Self::of(&ConsoleSettings::default())
    }
}

impl ConsoleOptions {
    /// What the keys `console` of a configuration say.
    pub fn of(settings: &ConsoleSettings) -> Self {
        Self {
            writing: if settings.read_only { Writing::ReadOnly } else { Writing::Allowed },
            trusted_proxies: settings.trusted_proxies.clone(),
            label: settings.label.clone().unwrap_or_default(),
            session_lifetime: settings.session_lifetime,
            connections_per_address: settings.connections_per_address,
            change_time: Duration::from_secs(2),
        }
    }
}
