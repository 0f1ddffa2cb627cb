//! Finds keys that mean nothing.

use super::DEFAULT_SECTION;
use super::delayed_job::JobAttributes;
use super::error::{Problem, did_you_mean};
use super::keys::{self, BESIDE, Key, SECTION};
use super::reader::invalid;
use super::retention;
use super::suggestion::closest;
use super::value::{Content, Mapping, Value};
use crate::language::Sentence;

/// Reports each key of the merged files that is none of ours, with the nearest one that is.
pub(super) fn report(tree: &Mapping, problems: &mut Vec<Problem>) {
    for (name, value) in tree.iter() {
        if keys::is_reserved(name) {
            below(&BESIDE, name, name, value, problems);
        } else if is_meant_for_a_section(name, value) {
            let hint = Sentence::new("config-into-a-section-hint").with("key", name).with("section", DEFAULT_SECTION);
            let message = Sentence::new("config-unknown-option").with("key", name);
            problems.push(Problem::new(&value.origin, message).with_hint(hint));
        } else if is_section(name, value) {
            below(&SECTION, "", name, value, problems);
        } else {
            problems.push(unknown(name, name, value, &keys::children(&BESIDE, "")));
        }
    }
    report_pools(tree, problems);
    for (key, known) in [("queue_attributes", &["priority"][..]), ("job_attributes", &JobAttributes::NAMES)] {
        report_attributes(key, known, tree, problems);
    }
    report_retention(tree, problems);
    KEPT_FOR_OTHERS.iter().for_each(|key| report_no_mapping(key, tree, problems));
}

/// What other parts read for themselves: only that there are keys is known here.
const KEPT_FOR_OTHERS: [&str; 1] = ["executor"];

fn report_no_mapping(key: &str, tree: &Mapping, problems: &mut Vec<Problem>) {
    if let Some(value) = tree.get(key).filter(|value| !value.is_null() && value.as_mapping().is_none()) {
        let message = invalid(value, key, Sentence::new("config-expected-keys"));
        problems.push(Problem::new(&value.origin, message));
    }
}

/// Whether a key stands where a section would and is itself one of those that sections have. A section may be called so, too.
pub(super) fn is_meant_for_a_section(name: &str, value: &Value) -> bool {
    is_key_of_sections(name) && !value.as_mapping().is_some_and(looks_like_a_section)
}

fn is_key_of_sections(name: &str) -> bool {
    keys::children(&SECTION, "").contains(&name)
}

fn looks_like_a_section(mapping: &Mapping) -> bool {
    mapping.iter().any(|(key, _)| is_key_of_sections(key))
}

/// Whether a key that is not reserved begins a section: it holds a mapping, and not one that was meant for a reserved
/// key (`pools:` with names of queues in it has nothing that a section has).
fn is_section(name: &str, value: &Value) -> bool {
    match &value.content {
        Content::Null => name == DEFAULT_SECTION || closest(name, keys::children(&BESIDE, "")).is_none(),
        Content::Mapping(mapping) => {
            looks_like_a_section(mapping) || closest(name, keys::children(&BESIDE, "")).is_none()
        }
        _ => false,
    }
}

/// Walks down from `path` (within `keys`), which is shown as `shown`.
fn below(keys: &[Key], path: &str, shown: &str, value: &Value, problems: &mut Vec<Problem>) {
    let known = keys::children(keys, path);
    if known.is_empty() {
        return;
    }
    let mapping = match &value.content {
        Content::Mapping(mapping) => mapping,
        Content::Null => return,
        _ => {
            let expected = Sentence::new("config-expected-keys-of").with_all_of("known", known);
            let message = invalid(value, shown, expected);
            return problems.push(Problem::new(&value.origin, message));
        }
    };
    for (name, value) in mapping.iter() {
        let inner_path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let inner_shown = format!("{shown}.{name}");
        if known.contains(&name) {
            below(keys, &inner_path, &inner_shown, value, problems);
        } else {
            problems.push(unknown(&inner_shown, name, value, &known));
        }
    }
}

/// `delayed_job.queue_attributes` and its like have names of queues and classes below them.
fn report_attributes(key: &str, known: &[&'static str], tree: &Mapping, problems: &mut Vec<Problem>) {
    let named = tree.get("delayed_job").and_then(Value::as_mapping).and_then(|settings| settings.get(key));
    for (of, attributes) in named.and_then(Value::as_mapping).into_iter().flat_map(Mapping::iter) {
        for (name, value) in attributes.as_mapping().into_iter().flat_map(Mapping::iter) {
            if !known.contains(&name) {
                problems.push(unknown(&format!("delayed_job.{key}.{of}.{name}"), name, value, known));
            }
        }
    }
}

/// `pool` has names of queues below it, hence a look of its own.
fn report_pools(tree: &Mapping, problems: &mut Vec<Problem>) {
    let Some(pools) = tree.get("pool").and_then(Value::as_mapping) else {
        return;
    };
    for (queue, pool) in pools.iter() {
        for (name, value) in pool.as_mapping().into_iter().flat_map(Mapping::iter) {
            if name != "max_size" {
                problems.push(unknown(&format!("pool.{queue}.{name}"), name, value, &["max_size"]));
            }
        }
    }
}

/// `retention` is a single value or has keys below it, hence a look of its own.
fn report_retention(tree: &Mapping, problems: &mut Vec<Problem>) {
    let Some(retention) = tree.get("retention").and_then(Value::as_mapping) else {
        return;
    };
    for (name, value) in retention.iter().filter(|(name, _)| !retention::KEYS.contains(name)) {
        problems.push(unknown(&format!("retention.{name}"), name, value, &retention::KEYS));
    }
}

fn unknown(shown: &str, name: &str, value: &Value, known: &[&str]) -> Problem {
    let listed = || Sentence::new("config-known-here").with_all_of("known", known.iter().copied());
    let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(listed);
    Problem::new(&value.origin, Sentence::new("config-unknown-option").with("key", shown)).with_hint(hint)
}
