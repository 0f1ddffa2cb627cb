//! How Resque's queues are used.

use jiff::tz::TimeZone;

use egret_core::Timing;

use crate::driver::{Address, BadAddress};
use egret_core::{Words, words};

/// How Resque's queues are used. Defaults are those of Resque itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResqueOptions {
    /// Where the server is.
    pub address: Address,
    /// What every key begins with, without the colon behind it. Default `resque`.
    pub namespace: String,
    /// When services are taken for dead. Default: [`Timing::default`].
    pub timing: Timing,
    /// Where failures go. Default: one list.
    pub failures: FailureLists,
    /// What becomes of the record of a failure that is tried again. Default: it stays.
    pub retried: RetriedFailures,
    /// The word before the name of resque-scheduler's lock, where its processes are started with
    /// `RESQUE_SCHEDULER_MASTER_LOCK_PREFIX`. Default: none.
    pub scheduler_lock_prefix: Option<String>,
    /// The zone in which times are written for people. Default: that of the machine.
    pub zone: TimeZone,
}

/// Where failures go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureLists {
    /// Into the list `failed` (Ruby's `Resque::Failure::Redis`).
    #[default]
    One,
    /// Into a list for each queue, `QUEUE_failed` (Ruby's `Resque::Failure::RedisMultiQueue`).
    PerQueue,
}

/// What becomes of the record of a failure that is tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetriedFailures {
    /// It stays with the time of the retry, as Ruby leaves it. Ruby's page shows it, and Egret shows it as a job that a person has
    /// ended: it raises no alarm, and can be deleted.
    #[default]
    Keep,
    /// It goes.
    Remove,
}

/// What of a URL's query is Resque's.
const OPTIONS: [&str; 4] = ["namespace", "failure_backend", "retried", "scheduler_lock_prefix"];

impl ResqueOptions {
    /// The defaults for a server.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            namespace: "resque".to_owned(),
            timing: Timing::default(),
            failures: FailureLists::default(),
            retried: RetriedFailures::default(),
            scheduler_lock_prefix: None,
            zone: TimeZone::system(),
        }
    }

    /// Reads a URL: that of the server, and in its query `namespace=NAME`, `failure_backend=redis` or `redis_multi_queue` (the
    /// words of Resque's variable `FAILURE_BACKEND`), `retried=keep` or `remove`, and `scheduler_lock_prefix=WORD`.
    ///
    /// # Errors
    /// When it has another form, with what is wrong.
    pub fn parse(url: &str) -> Result<Self, BadAddress> {
        let (server, query) = url.split_once('?').unwrap_or((url, ""));
        let (ours, rest): (Vec<&str>, Vec<&str>) = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .partition(|pair| OPTIONS.contains(&pair.split('=').next().unwrap_or_default()));
        let server = if rest.is_empty() { server.to_owned() } else { format!("{server}?{}", rest.join("&")) };
        let mut options = Self::new(Address::parse(&server)?);
        for pair in ours {
            options.set(pair)?;
        }
        Ok(options)
    }

    fn set(&mut self, pair: &str) -> Result<(), BadAddress> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = crate::driver::decoded(value)?;
        let refused = |expected: Words| {
            let words = words!(
                "redis-url-value",
                "unknown value `{value}` of `{name}`, expected {expected}",
                value = value,
                name = name
            );
            BadAddress::new(words.with_part("expected", &expected))
        };
        match (name, value.as_str()) {
            ("namespace", "") => {
                return Err(refused(words!(
                    "redis-expected-namespace",
                    "the begin of Resque's keys, such as `resque`"
                )));
            }
            ("namespace", _) => self.namespace = value.trim_end_matches(':').to_owned(),
            ("scheduler_lock_prefix", word) => {
                self.scheduler_lock_prefix = Some(word.to_owned()).filter(|word| !word.is_empty());
            }
            ("failure_backend", "redis") => self.failures = FailureLists::One,
            ("failure_backend", "redis_multi_queue") => self.failures = FailureLists::PerQueue,
            ("failure_backend", _) => {
                return Err(refused(words!("redis-expected-failures", "`redis` or `redis_multi_queue`")));
            }
            (_, "keep") => self.retried = RetriedFailures::Keep,
            (_, "remove") => self.retried = RetriedFailures::Remove,
            _ => return Err(refused(words!("redis-expected-retried", "`keep` or `remove`"))),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_server_and_what_is_resques() {
        let options = ResqueOptions::parse("redis://db:7000/2?scheduler_lock_prefix=blue").unwrap();
        assert_eq!(options.scheduler_lock_prefix.as_deref(), Some("blue"));
        assert_eq!((options.namespace.as_str(), options.failures), ("resque", FailureLists::One));
        let options = ResqueOptions::parse(
            "rediss://db/1?namespace=resque%3AGitHub&ca=/ca.pem&failure_backend=redis_multi_queue&retried=remove",
        )
        .unwrap();
        assert_eq!(options.namespace, "resque:GitHub");
        assert_eq!((options.failures, options.retried), (FailureLists::PerQueue, RetriedFailures::Remove));
        assert_eq!(options.address.to_string(), "rediss://db:6379/1");
    }

    #[test]
    fn errors_name_what_is_wrong() {
        for (url, cause) in [
            ("redis://db?namespace=", "`namespace`"),
            ("redis://db?failure_backend=sql", "`sql`"),
            ("redis://db?retried=x", "`keep` or `remove`"),
            ("redis://db?tls=1", "`tls`"),
        ] {
            let error = ResqueOptions::parse(url).unwrap_err().to_string();
            assert!(error.contains(cause), "{url}: {error}");
        }
    }
}
