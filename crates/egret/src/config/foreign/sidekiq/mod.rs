//! Sidekiq's file, `config/sidekiq.yml`, in our keys.
//!
//! Source: Sidekiq 6.4.1 and 8.1.7, `lib/sidekiq/cli.rb` and `lib/sidekiq/config.rb`.

mod erb;
mod keys;
mod plain;
mod queues;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use self::keys::Meaning;
use self::queues::Queues;
use super::super::error::{Problem, did_you_mean};
use super::super::reader::{Reader, invalid};
use super::super::value::{Content, Mapping, Origin, Value};
use super::super::variables::Assignment;
use super::super::{DEFAULT_SECTION, file, yaml};
use super::value;
use crate::language::Sentence;

/// How many threads a process of Rails may have; counts where the file says nothing else.
pub(super) const MAX_THREADS: &str = "RAILS_MAX_THREADS";

/// What a file says.
#[derive(Default)]
pub(super) struct Said {
    pub(super) assignments: Vec<Assignment>,
    /// Each is a section of its name.
    pub(super) capsules: Vec<(String, Value)>,
}

/// Reads the file, which must be there, since it was named.
pub(super) fn read(
    path: &Path,
    environment: &str,
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
    remarks: &mut Vec<Problem>,
) -> Said {
    let shared: Arc<Path> = Arc::from(path);
    let origin = |line| Origin::File { path: Arc::clone(&shared), line };
    let Some(body) = body(path, &origin, problems) else { return Said::default() };
    let Some(settings) = plain::of_environment(body, environment, problems) else { return Said::default() };
    keys::report(&settings, problems, remarks);
    let mut said = Said::default();
    said.take(&settings, problems);
    said.take_queues(&settings, &origin(1), problems);
    said.take_threads(&settings, variables, problems);
    said.assignments.push(Assignment::in_sections("mode", value("service", &origin(1))));
    said
}

/// The file as a tree; Ruby in it is refused, and left out to see what else there is.
fn body(path: &Path, origin: &dyn Fn(u64) -> Origin, problems: &mut Vec<Problem>) -> Option<Value> {
    let text = match file::text(path) {
        Ok(text) => text,
        Err(error) => {
            let message = match error.kind() {
                io::ErrorKind::NotFound => Sentence::new("config-no-file"),
                _ => file::unreadable(&error),
            };
            problems.push(Problem::new(&origin(1), message));
            return None;
        }
    };
    let (text, tags) = erb::without(&text);
    problems.extend(tags.iter().map(|tag| {
        let message = Sentence::new("config-sidekiq-ruby").with("tag", tag.text.as_str());
        Problem::new(&origin(tag.line), message).with_hint(Sentence::new("config-sidekiq-ruby-hint"))
    }));
    match yaml::parse(&text, origin) {
        Ok(value) => Some(value),
        Err(malformed) => {
            problems.push(malformed.problem(origin));
            None
        }
    }
}

impl Said {
    /// Takes every key that has one of ours for it.
    fn take(&mut self, settings: &Mapping, problems: &mut Vec<Problem>) {
        let mut reader = Reader::new(settings, String::new(), problems);
        for (name, meaning) in keys::MEANINGS {
            let Some(written) = settings.get(name).filter(|value| !value.is_null()) else { continue };
            let is_sound = match meaning {
                Meaning::Count(_) | Meaning::CountBeside(_) => reader.positive_number(name).is_some(),
                Meaning::NumberBeside(_) => reader.count(name).is_some(),
                Meaning::Time(_) | Meaning::TimeBeside(_) => reader.positive_duration(name).is_some(),
                Meaning::TextBeside(_) => reader.text(name).is_some(),
                Meaning::ListBeside(_) => {
                    reader.list(name, "config-expected-text", |text| Some(text.to_owned())).is_some()
                }
                Meaning::Verbose => reader.boolean(name).is_some(),
                Meaning::Queues | Meaning::Capsules | Meaning::Nothing(_) => false,
            };
            let wants_debug = written.content == Content::Boolean(true);
            self.assignments.extend(
                is_sound
                    .then(|| match meaning {
                        Meaning::Count(key) | Meaning::Time(key) => Some(Assignment::in_sections(key, written.clone())),
                        Meaning::CountBeside(key)
                        | Meaning::NumberBeside(key)
                        | Meaning::TimeBeside(key)
                        | Meaning::TextBeside(key)
                        | Meaning::ListBeside(key) => Some(Assignment::beside(key, written.clone())),
                        Meaning::Verbose if wants_debug => {
                            Some(Assignment::in_sections("log_level", value("debug", &written.origin)))
                        }
                        _ => None,
                    })
                    .flatten(),
            );
        }
    }

    /// Takes the queues of the process, and those of its capsules as sections.
    fn take_queues(&mut self, settings: &Mapping, file: &Origin, problems: &mut Vec<Problem>) {
        let own = settings.get("queues").filter(|value| !value.is_null());
        let own = own.map(|value| Queues::read(value, "queues", problems));
        let own = own.unwrap_or_else(|| Queues::usual(file));
        self.assignments.extend(own.assignments());
        let Some(capsules) = settings.get("capsules").filter(|value| !value.is_null()) else { return };
        let Some(capsules) = capsules.as_mapping() else {
            let message = invalid(capsules, "capsules", Sentence::new("config-expected-sidekiq-capsules"));
            problems.push(Problem::new(&capsules.origin, message));
            return;
        };
        for (name, capsule) in capsules.iter() {
            self.capsules.extend(section(name, capsule, problems).map(|section| (name.to_owned(), section)));
        }
    }

    fn take_threads(&mut self, settings: &Mapping, variables: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
        let is_said = settings.get("concurrency").is_some_and(|value| !value.is_null());
        let Some(text) = variables.get(MAX_THREADS).filter(|text| !text.is_empty() && !is_said) else { return };
        let origin = Origin::Variable(MAX_THREADS.to_owned());
        match text.trim().parse::<i64>() {
            Ok(number) if number > 0 => {
                self.assignments.push(Assignment::in_sections("concurrency", value(Content::Integer(number), &origin)));
            }
            _ => {
                problems.push(super::invalid(MAX_THREADS, text, &origin, "config-expected-positive"));
            }
        }
    }
}

/// A capsule as a section: queues and threads of its own.
fn section(name: &str, capsule: &Value, problems: &mut Vec<Problem>) -> Option<Value> {
    let shown = format!("capsules.{name}");
    let Some(written) = capsule.as_mapping() else {
        let message = invalid(capsule, &shown, Sentence::new("config-expected-sidekiq-capsule"));
        problems.push(Problem::new(&capsule.origin, message));
        return None;
    };
    const KNOWN: [&str; 2] = ["queues", "concurrency"];
    for (key, value) in written.iter().filter(|(key, _)| !KNOWN.contains(key)) {
        let hint = did_you_mean(key, KNOWN).unwrap_or_else(|| Sentence::new("config-sidekiq-capsule-hint"));
        let message = Sentence::new("config-unknown-option").with("key", format!("{shown}.{key}"));
        problems.push(Problem::new(&value.origin, message).with_hint(hint));
    }
    let mut keys = Mapping::default();
    let mut reader = Reader::new(written, format!("{shown}."), problems);
    if reader.positive_number("concurrency").is_some() {
        written.get("concurrency").into_iter().for_each(|value| keys.insert("concurrency".to_owned(), value.clone()));
    }
    match written.get("queues").filter(|value| !value.is_null()) {
        Some(value) => Queues::read(value, &format!("{shown}.queues"), problems).insert_into(&mut keys),
        // The capsule `default` is the process itself, whose queues may stand above.
        None if name == DEFAULT_SECTION => {}
        None => Queues::usual(&capsule.origin).insert_into(&mut keys),
    }
    keys.insert("mode".to_owned(), value("service", &capsule.origin));
    Some(Value { content: Content::Mapping(keys), origin: capsule.origin.clone() })
}
