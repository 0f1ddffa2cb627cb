//! `console`: how the web console is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::reader::Reader;

/// How the web console is served. Whoever serves it reads this; flags of the command line go over it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsoleSettings {
    /// `console.listen`: address and port of `egret console`. Defaults to `127.0.0.1:3000`, which only this machine
    /// reaches.
    pub listen: SocketAddr,
    /// `console.read_only`: nobody can change anything through it. Defaults to false.
    pub read_only: bool,
    /// `console.trusted_proxies`: addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    /// Empty, the default: nobody's.
    pub trusted_proxies: Vec<IpAddr>,
    /// `console.label`: what the head of each page calls this installation. `None`, the default: the environment.
    pub label: Option<String>,
    /// `console.session_lifetime`: how long a session lasts without a request; never 0. Defaults to 30 min (SHIRASAGI
    /// 1.21.0, `config/defaults/sns.yml`: `session_lifetime`).
    pub session_lifetime: Duration,
    /// `console.connections_per_address`: how many connections one address may hold at once; never 0. Trusted proxies have
    /// no limit, this machine one of its own. Defaults to 128.
    pub connections_per_address: usize,
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            read_only: false,
            trusted_proxies: Vec::new(),
            label: None,
            session_lifetime: Duration::from_secs(1800),
            connections_per_address: 128,
        }
    }
}

impl ConsoleSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let proxies = reader.list("console.trusted_proxies", "config-expected-proxy", address);
        Self {
            listen: reader.parsed("console.listen", "config-expected-listen").unwrap_or(default.listen),
            read_only: reader.boolean("console.read_only").unwrap_or(default.read_only),
            trusted_proxies: proxies.unwrap_or_default(),
            label: reader.text("console.label"),
            session_lifetime: reader.positive_duration("console.session_lifetime").unwrap_or(default.session_lifetime),
            connections_per_address: reader
                .positive_number("console.connections_per_address")
                .map_or(default.connections_per_address, |number| usize::try_from(number).unwrap_or(usize::MAX)),
        }
    }
}

fn address(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}
