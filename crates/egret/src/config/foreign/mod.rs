//! What the files and variables of other job systems say, in our keys: a layer between the files and the `EGRET_*`
//! variables, so that somebody who comes from there can bring along what is written.
//!
//! Sidekiq's file counts when it is named ([`LoadOptions::sidekiq_file`]), the variables of Resque and of Delayed Job where the
//! store's URL is one of theirs. Of all each word is either understood, or refused, or named in a remark: nothing is passed over.

mod delayed_job;
mod redis_url;
mod resque;
mod sidekiq;

use super::error::Problem;
use super::load::LoadOptions;
use super::value::{Content, Mapping, Origin, Value};
use crate::language::Sentence;

pub(super) use self::delayed_job::VARIABLES as DELAYED_JOB_VARIABLES;
pub(super) use self::resque::VARIABLES as RESQUE_VARIABLES;

/// Variables of no single system: where Redis is, and how many threads a process of Rails may have.
pub(super) const SHARED_VARIABLES: [&str; 3] = [redis_url::PROVIDER, redis_url::URL, sidekiq::MAX_THREADS];
/// Names another variable, which then counts.
pub(super) const NAMES_A_VARIABLE: &str = redis_url::PROVIDER;

/// Lays them over the merged files.
pub(super) fn lay_over(
    options: &LoadOptions,
    environment: &str,
    tree: &mut Mapping,
    problems: &mut Vec<Problem>,
    remarks: &mut Vec<Problem>,
) {
    let said = options.sidekiq_file.as_ref().map(|path| {
        let path = options.current_folder.join(path);
        sidekiq::read(&path, environment, &options.environment, problems, remarks)
    });
    let mut assignments = Vec::new();
    let mut capsules = Vec::new();
    if let Some(said) = said {
        assignments.extend(said.assignments);
        capsules = said.capsules;
    }
    let url = redis_url::fill_in(options, tree, problems);
    assignments.extend(url.assignment);
    if url.scheme.starts_with(resque::SCHEME) {
        assignments.extend(resque::read(&options.environment, problems, remarks));
    }
    if url.scheme.starts_with(delayed_job::SCHEME) {
        assignments.extend(delayed_job::read(&options.environment, problems, remarks));
    }
    assignments.into_iter().for_each(|assignment| assignment.apply(tree));
    for (name, section) in capsules {
        match tree.get_mut(&name) {
            Some(existing) => existing.merge(section),
            None => tree.insert(name, section),
        }
    }
}

/// A value of this layer.
fn value(content: impl Into<Content>, origin: &Origin) -> Value {
    Value { content: content.into(), origin: origin.clone() }
}

/// A list of texts of this layer.
fn list(texts: impl IntoIterator<Item = String>, origin: &Origin) -> Value {
    value(Content::List(texts.into_iter().map(|text| value(Content::Text(text), origin)).collect()), origin)
}

/// The text of a variable will not do. `expected`: the message with what would.
fn invalid(name: &str, text: &str, origin: &Origin, expected: &'static str) -> Problem {
    let message = Sentence::new("config-invalid").with("value", text).with("key", name);
    Problem::new(origin, message.with_part("expected", Sentence::new(expected)))
}

/// A key or a variable has no meaning here. `reason`: the message with the reason.
fn means_nothing(name: &str, reason: &'static str, origin: &Origin) -> Problem {
    let message = Sentence::new("config-means-nothing").with("key", name);
    Problem::new(origin, message.with_part("reason", Sentence::new(reason)))
}
