//! What a server or a connection reports, as errors of the seam: what failed, and what mends it.

use egret_core::{Error, ErrorKind, Words, words};
use redis::RedisError;

use super::Driver;

/// Why something was not done.
pub(super) enum Fault {
    /// There is no connection.
    NotConnected(Error),
    /// The server, or the connection to it, said no.
    Reply(RedisError),
}

/// The error of a command, with the place of the server.
pub(super) fn failed(what: &str, error: &RedisError, driver: &Driver) -> Error {
    if error.code().is_some() {
        return reply_error(what, error);
    }
    let place = driver.location();
    if error.kind() == redis::ErrorKind::AuthenticationFailed {
        let reason =
            words!("redis-unknown-user", "the server at `{place}` does not know this user and password", place = place);
        return Error::new(ErrorKind::Refused, Words::refused(Words::verb(what), reason)).with_source(Cause::of(error));
    }
    let reason = match error.is_timeout() {
        true => words!("redis-silent", "the server at `{place}` does not answer", place = place),
        false => words!("redis-broken", "the connection to the server at `{place}` broke", place = place),
    };
    Error::new(ErrorKind::Unavailable, Words::refused(Words::verb(what), reason)).with_source(Cause::of(error))
}

/// The error that a server answered, with the remedy where one is known.
pub(crate) fn reply_error(what: &str, error: &RedisError) -> Error {
    let (kind, cause) = answer(error.code().unwrap_or_default());
    Error::new(kind, Words::refused(Words::verb(what), cause)).with_source(Cause::of(error))
}

/// What the code of an answer means, and what to do about it.
fn answer(code: &str) -> (ErrorKind, Words) {
    match code {
        "OOM" => (
            ErrorKind::Unavailable,
            words!("redis-full", "Redis is full: free memory or raise `maxmemory`; nothing was stored"),
        ),
        "READONLY" => (
            ErrorKind::Unavailable,
            words!("redis-read-only", "Redis is a read-only replica: name its primary, or its Sentinels, in the URL"),
        ),
        "NOREPLICAS" => (
            ErrorKind::Unavailable,
            words!("redis-few-replicas", "Redis has fewer replicas than `min-replicas-to-write` asks for"),
        ),
        "MISCONF" => (
            ErrorKind::Unavailable,
            words!("redis-unsaved", "Redis cannot save to its disk and takes no writes: see its log"),
        ),
        "LOADING" => (ErrorKind::Unavailable, words!("redis-loading", "Redis is still loading its data")),
        "BUSY" => (
            ErrorKind::Unavailable,
            words!("redis-busy", "Redis is busy with a script of somebody: `redis-cli SCRIPT KILL` ends it"),
        ),
        "MASTERDOWN" => {
            (ErrorKind::Unavailable, words!("redis-no-primary", "Redis is a replica that has lost its primary"))
        }
        "NOAUTH" => (
            ErrorKind::Refused,
            words!(
                "redis-asks-for-password",
                "Redis asks for a password: put it into the URL, `redis://:PASSWORD@HOST`"
            ),
        ),
        "WRONGPASS" => (
            ErrorKind::Refused,
            words!("redis-wrong-password", "Redis does not know this user and password: check those in the URL"),
        ),
        "NOPERM" => {
            (ErrorKind::Refused, words!("redis-not-permitted", "the user may not do this on Redis: see its `ACL LIST`"))
        }
        "MOVED" | "ASK" | "CROSSSLOT" | "CLUSTERDOWN" => (
            ErrorKind::Refused,
            words!(
                "redis-cluster",
                "Redis is a cluster, whose slots cannot hold the keys of this format together: use a single server or \
                 Sentinel"
            ),
        ),
        "WRONGTYPE" => {
            (ErrorKind::Corrupt, words!("redis-wrong-type", "a key holds something else than the format keeps there"))
        }
        _ => (ErrorKind::Other, words!("redis-error", "Redis answered with an error")),
    }
}

/// An answer that is not of the form that it must have.
pub(super) fn unexpected(what: &str, error: &RedisError) -> Error {
    let reason = words!("redis-unexpected", "Redis answered something unexpected");
    Error::new(ErrorKind::Other, Words::refused(Words::verb(what), reason)).with_source(Cause::of(error))
}

/// Whether the server lacks the text of a script.
pub(crate) fn is_unknown_script(error: &RedisError) -> bool {
    error.code() == Some("NOSCRIPT")
}

/// Whether the connection is of no more use: broken, or to a server that is not the one to write to any more.
pub(super) fn ends_the_connection(error: &RedisError) -> bool {
    match error.code() {
        None => true,
        Some(code) => matches!(code, "READONLY" | "NOREPLICAS" | "UNBLOCKED" | "MASTERDOWN"),
    }
}

/// Whether the server refused it, before anything was done, because another one is to be written to.
pub(super) fn was_refused_by_a_replica(error: &RedisError) -> bool {
    matches!(error.code(), Some("READONLY" | "NOREPLICAS" | "UNBLOCKED"))
}

/// The text of an error. The error itself would show an address with a password where it holds one.
#[derive(Debug)]
struct Cause(String);

impl Cause {
    fn of(error: &RedisError) -> Self {
        let text = match (error.code(), error.detail()) {
            (Some(code), Some(detail)) => format!("{code} {detail}"),
            (Some(code), None) => code.to_owned(),
            (None, _) => error.to_string(),
        };
        Self(text)
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Cause {}
