//! Which services an order is for.

use clap::{ArgGroup, Args};
use egret_core::ServiceRecord;

use super::super::{Failure, failure::did_you_mean};
use crate::language::Sentence;

/// Which services an order is for.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("targets").required(true).multiple(true).args(["services", "host", "all"]))]
pub(super) struct TargetArguments {
    /// Services: an id, a name (every service that has it), or HOST:PID
    #[arg(value_name = "SERVICE", conflicts_with_all = ["all", "host", "dry_run"])]
    services: Vec<String>,
    /// Every service of this host
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Every service on the store, of any host
    #[arg(long, conflicts_with = "host")]
    all: bool,
}

/// The services that are meant.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) alive: Vec<ServiceRecord>,
    /// They take no orders.
    pub(super) dead: Vec<ServiceRecord>,
}

impl TargetArguments {
    /// Whether services are meant that nobody named one by one.
    pub(super) fn is_filter(&self) -> bool {
        self.services.is_empty()
    }

    /// Finds them among all.
    ///
    /// # Errors
    /// A word names no service, or only dead ones.
    pub(super) fn find(&self, known: Vec<ServiceRecord>) -> Result<Targets, Failure> {
        for word in &self.services {
            self.check(word, &known)?;
        }
        let is_meant = |service: &ServiceRecord| {
            self.all
                || self.host.as_ref().is_some_and(|host| service.process.host == *host)
                || self.services.iter().any(|word| is_named(service, word))
        };
        let (alive, dead) = known.into_iter().filter(is_meant).partition(|service| service.is_alive);
        Ok(Targets { alive, dead })
    }

    fn check(&self, word: &str, known: &[ServiceRecord]) -> Result<(), Failure> {
        let mut named = known.iter().filter(|service| is_named(service, word)).peekable();
        let Some(first) = named.peek() else {
            let names: Vec<String> = known.iter().filter(|service| service.is_alive).flat_map(names).collect();
            let hint = did_you_mean(word, names.iter().map(String::as_str));
            let hint = hint.unwrap_or_else(|| Sentence::new("cli-no-service-hint"));
            return Err(Failure::new(Sentence::new("cli-no-service").with("word", word)).with_hint(hint));
        };
        let text = Sentence::new("cli-service-dead").with("word", word).with("address", address(first));
        match named.any(|service| service.is_alive) {
            true => Ok(()),
            false => Err(Failure::new(text).with_hint(Sentence::new("cli-service-dead-hint"))),
        }
    }
}

/// `HOST:PID`.
pub(super) fn address(service: &ServiceRecord) -> String {
    format!("{}:{}", service.process.host, service.process.pid)
}

fn names(service: &ServiceRecord) -> [String; 3] {
    [service.id.to_string(), service.name.clone(), address(service)]
}

fn is_named(service: &ServiceRecord, word: &str) -> bool {
    names(service).iter().any(|name| name == word)
}

#[cfg(test)]
mod tests {
    use egret_core::{ClassSelection, ProcessIdentity, ServiceId, ServiceMode, ServicePhase, Timestamp};

    use super::*;

    fn service(number: u64, name: &str, pid: u32, is_alive: bool) -> ServiceRecord {
        let mut process = ProcessIdentity::current();
        (process.host, process.pid) = ("web1".to_owned(), pid);
        ServiceRecord {
            follows: egret_core::ServiceOrder::ALL,
            id: ServiceId::from_number(number),
            name: name.to_owned(),
            process,
            mode: ServiceMode::Service,
            queues: Vec::new(),
            classes: ClassSelection::All,
            concurrency: 1,
            started_at: Timestamp::UNIX_EPOCH,
            beat_at: Timestamp::UNIX_EPOCH,
            phase: ServicePhase::Running,
            n_claimed: 0,
            n_running: 0,
            resident_bytes: 0,
            n_finished: 0,
            is_alive,
        }
    }

    fn known() -> Vec<ServiceRecord> {
        vec![service(1, "job:service", 10, true), service(2, "job:mail", 11, true), service(3, "job:mail", 12, false)]
    }

    fn find(words: &[&str], all: bool) -> Result<Targets, Failure> {
        TargetArguments { services: words.iter().map(|word| (*word).to_owned()).collect(), host: None, all }
            .find(known())
    }

    fn alive(words: &[&str], all: bool) -> Vec<u64> {
        find(words, all).unwrap().alive.iter().map(|service| service.id.number()).collect()
    }

    #[test]
    fn services_are_named_by_id_by_name_and_by_address() {
        assert_eq!(alive(&["0000000000000001"], false), [1]);
        assert_eq!(alive(&["job:mail"], false), [2]);
        assert_eq!(alive(&["web1:10", "web1:11"], false), [1, 2]);
        assert_eq!(alive(&[], true), [1, 2]);
        assert_eq!(find(&["job:mail"], false).unwrap().dead.len(), 1);
    }

    #[test]
    fn who_is_unknown_or_dead_is_said() {
        let unknown = find(&["job:mial"], false).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no service `job:mial`");
        assert_eq!(unknown.hint(crate::language::Language::English).as_deref(), Some("did you mean `job:mail`?"));
        let dead = find(&["web1:12"], false).unwrap_err();
        assert_eq!(dead.to_string(), "the service `web1:12` (web1:12) is dead and takes no orders");
    }
}
