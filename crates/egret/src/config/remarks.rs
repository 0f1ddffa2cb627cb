//! What is no error, and yet hardly what was meant.

use std::collections::BTreeMap;

use egret_core::queue_is_among;

use super::error::Problem;
use super::value::{Mapping, Origin, Value};
use super::{Config, DEFAULT_SECTION, Mode, Section};

/// Keys that no part of this program reads yet, with what they are for.
const UNREAD: [(&str, &str); 1] = [("executor", "executors beside the built-in ones")];

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
    for (key, purpose) in UNREAD {
        if let Some(value) = tree.get(key).filter(|value| !value.is_null()) {
            let message = format!("`{key}` is for {purpose}, and nothing in this program reads it");
            remarks.push(Problem::new(&value.origin, message));
        }
    }
}

fn queues_named_twice(section: &Section, tree: &Mapping, remarks: &mut Vec<Problem>) {
    for (index, queue) in section.queues.iter().enumerate() {
        if section.queues[..index].contains(queue) {
            let message =
                format!("the section `{}` polls the queue `{queue}` twice; the first place counts", section.section);
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
    let message = format!(
        "the section `{}` is `on_demand`, but enqueues start only the section `{DEFAULT_SECTION}`: nothing starts for {}",
        section.section,
        starved.iter().map(|queue| format!("`{queue}`")).collect::<Vec<_>>().join(", "),
    );
    let hint = format!(
        "set `mode: service` and run `egret run --section {}`, or let `{DEFAULT_SECTION}` poll it",
        section.section
    );
    remarks.push(Problem::new(&origin(tree, section, "polling.queues"), message).with_hint(hint));
}

/// Services of one name are counted together, and on demand started together.
fn names_given_twice(config: &Config, tree: &Mapping, remarks: &mut Vec<Problem>) {
    let mut holders: BTreeMap<&str, &Section> = BTreeMap::new();
    for section in config.sections.values() {
        match holders.get(section.name.as_str()) {
            Some(holder) => {
                let message = format!(
                    "the sections `{}` and `{}` have the same `name: {}`, so that their services count as the same",
                    holder.section, section.section, section.name
                );
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
            let message = format!("`pool.{queue}` limits a queue that no section polls");
            remarks.push(Problem::new(&pool.origin, message));
        }
    }
}
