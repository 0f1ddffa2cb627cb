//! Where Redis is, as programs of Ruby are told.

use std::collections::BTreeMap;

use super::super::error::Problem;
use super::super::load::LoadOptions;
use super::super::value::{Content, Mapping, Origin, Value};
use super::super::variables::Assignment;
use crate::language::Sentence;

/// The URL of Redis.
pub(super) const URL: &str = "REDIS_URL";
/// The name of the variable that has the URL of Redis, where it is another one.
pub(super) const PROVIDER: &str = "REDIS_PROVIDER";
/// Where Redis is when nobody says.
///
/// Source: Sidekiq 6.4.1, `lib/sidekiq/redis_connection.rb`; Resque 3.0.0, `lib/resque.rb`.
const USUAL: &str = "redis://localhost:6379/0";
/// What goes before the URL of Redis for a store of Sidekiq's.
const SIDEKIQ: &str = "sidekiq+redis:";

/// The store that holds, as far as its scheme goes, and what is to be filled in.
pub(super) struct Filled {
    pub(super) scheme: String,
    pub(super) assignment: Option<Assignment>,
}

/// Says where Redis is if the URL of the store leaves that open (`sidekiq+redis:`), or if a file of Sidekiq's is read and
/// nobody has chosen a store.
pub(super) fn fill_in(options: &LoadOptions, tree: &Mapping, problems: &mut Vec<Problem>) -> Filled {
    let chosen = chosen(options, tree);
    let unchosen = || options.sidekiq_file.is_some().then(|| SIDEKIQ.to_owned());
    let url = match chosen.or_else(unchosen) {
        Some(url) => url,
        None => return Filled { scheme: String::new(), assignment: None },
    };
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme).to_owned();
    let system = url.strip_suffix("+redis:").map(str::to_owned);
    let assignment = system.and_then(|system| Some((system, place(&options.environment, problems)?)));
    let assignment = assignment.map(|(system, (place, origin))| {
        Assignment::beside("url", Value { content: Content::Text(format!("{system}+{place}")), origin })
    });
    Filled { scheme, assignment }
}

/// The URL of the store, if anybody chose one.
fn chosen(options: &LoadOptions, tree: &Mapping) -> Option<String> {
    let of_options = options.overrides.get("url").or_else(|| options.environment.get("EGRET_URL")).cloned();
    let of_files = || match tree.get("url")? {
        Value { origin: Origin::Default, .. } => None,
        Value { content, .. } => Some(content.to_string()),
    };
    of_options.filter(|url| !url.is_empty()).or_else(of_files)
}

/// The URL of Redis by the variables.
fn place(variables: &BTreeMap<String, String>, problems: &mut Vec<Problem>) -> Option<(String, Origin)> {
    let set = |name: &str| variables.get(name).filter(|value| !value.is_empty());
    let name = match set(PROVIDER) {
        // It may hold a password, so that it is not shown.
        Some(name) if name.contains(':') => {
            let message = refused(PROVIDER, Sentence::new("config-expected-no-url"));
            let hint = Sentence::new("config-sidekiq-provider-hint").with("url", URL).with("provider", PROVIDER);
            problems.push(Problem::new(&Origin::Variable(PROVIDER.to_owned()), message).with_hint(hint));
            return None;
        }
        Some(name) => name.as_str(),
        None => URL,
    };
    let origin = Origin::Variable(name.to_owned());
    match set(name) {
        Some(url) if url.starts_with("redis://") || url.starts_with("rediss://") => Some((url.clone(), origin)),
        Some(_) => {
            let message = refused(name, Sentence::new("config-expected-url").with("example", USUAL));
            problems.push(Problem::new(&origin, message));
            None
        }
        None if name == URL => Some((USUAL.to_owned(), Origin::Default)),
        None => {
            let message = Sentence::new("config-sidekiq-provider-unset").with("provider", PROVIDER).with("name", name);
            problems.push(Problem::new(&Origin::Variable(PROVIDER.to_owned()), message));
            None
        }
    }
}

/// A value that may hold a password.
fn refused(name: &str, expected: Sentence) -> Sentence {
    Sentence::new("config-invalid-secret").with("key", name).with_part("expected", expected)
}
