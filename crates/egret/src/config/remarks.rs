//! What is no error, and yet hardly what was meant.

use std::collections::BTreeMap;

use egret_core::queue_is_among;
use egret_core::shell::quoted;

use super::error::Problem;
use super::value::{Mapping, Origin, Value};
use super::{Config, DEFAULT_SECTION, Mode, Section};
use crate::language::Sentence;

/// Keys that no part of this program reads yet.
const UNREAD: [&str; 1] = ["executor"];

/// Looks for them in a configuration without errors.
pub(super) fn of(config: &Config) -> Vec<Problem> {
    let nothing = Mapping::default();
    let tree = config.values().as_mapping().unwrap_or(&nothing);
    let mut remarks = Vec::new();
    unread(tree, &mut remarks);
    for section in config.sections.values() {
        queues_named_twice(section, tree, &mut remarks);
        never_started(config, section, tree, &mut remarks);
    }
    names_given_twice(config, tree, &mut remarks);
    limits_of_unpolled_queues(config, tree, &mut remarks);
    remarks
}

fn origin(tree: &Mapping, section: &Section, path: &str) -> Origin {
    let value = tree.get(&section.section).and_then(Value::as_mapping).and_then(|section| section.at(path));
    value.map_or(Origin::Default, |value| value.origin.clone())
}

fn unread(tree: &Mapping, remarks: &mut Vec<Problem>) {
    for key in UNREAD {
        if let Some(value) = tree.get(key).filter(|value| !value.is_null()) {
            remarks.push(Problem::new(&value.origin, Sentence::new("config-unread").with("key", key)));
        }
    }
}

fn queues_named_twice(section: &Section, tree: &Mapping, remarks: &mut Vec<Problem>) {
    for (index, queue) in section.queues.iter().enumerate() {
        if section.queues[..index].contains(queue) {
            let message = Sentence::new("config-queue-twice").with("section", section.section.as_str());
            let message = message.with("queue", queue.as_str());
            remarks.push(Problem::new(&origin(tree, section, "polling.queues"), message));
        }
    }
}

/// An enqueue goes by the section `default` and starts that one only (SHIRASAGI 1.21.0,
/// `lib/active_job/queue_adapters/shirasagi_adapter.rb`).
fn never_started(config: &Config, section: &Section, tree: &Mapping, remarks: &mut Vec<Problem>) {
    if section.section == DEFAULT_SECTION || section.mode != Mode::OnDemand {
        return;
    }
    let Some(default) = config.sections.get(DEFAULT_SECTION) else { return };
    let starved: Vec<&str> =
        section.queues.iter().filter(|queue| !queue_is_among(&default.queues, queue)).map(String::as_str).collect();
    if starved.is_empty() {
        return;
    }
    let about =
        |message| Sentence::new(message).with("section", section.section.as_str()).with("default", DEFAULT_SECTION);
    let message = about("config-never-started").with_all_of("queues", starved);
    let hint = Sentence::new("config-never-started-hint")
        .with("section", quoted(&section.section))
        .with("default", DEFAULT_SECTION);
    remarks.push(Problem::new(&origin(tree, section, "polling.queues"), message).with_hint(hint));
}

/// Services of one name are counted together, and on demand started together.
fn names_given_twice(config: &Config, tree: &Mapping, remarks: &mut Vec<Problem>) {
    let mut holders: BTreeMap<&str, &Section> = BTreeMap::new();
    for section in config.sections.values() {
        match holders.get(section.name.as_str()) {
            Some(holder) => {
                let message = Sentence::new("config-name-twice").with("holder", holder.section.as_str());
                let message = message.with("section", section.section.as_str()).with("name", section.name.as_str());
                remarks.push(Problem::new(&origin(tree, section, "name"), message));
            }
            None => drop(holders.insert(&section.name, section)),
        }
    }
}

fn limits_of_unpolled_queues(config: &Config, tree: &Mapping, remarks: &mut Vec<Problem>) {
    let pools = tree.get("pool").and_then(Value::as_mapping);
    for (queue, _) in config.pools.iter() {
        let Some(pool) = pools.and_then(|pools| pools.get(queue)) else { continue };
        let is_polled = config.sections.values().any(|section| queue_is_among(&section.queues, queue));
        if !is_polled && pool.origin != Origin::Default {
            let message = Sentence::new("config-unpolled-limit").with("queue", queue);
            remarks.push(Problem::new(&pool.origin, message));
        }
    }
}
