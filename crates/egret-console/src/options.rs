//! What can be set about a console.

use std::net::IpAddr;

/// What can be set about a console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsoleOptions {
    /// Whether anything can be changed through it.
    pub writing: Writing,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Empty: nobody's.
    pub trusted_proxies: Vec<IpAddr>,
    /// What the head of each page calls this installation; empty: the environment of the configuration.
    pub label: String,
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
