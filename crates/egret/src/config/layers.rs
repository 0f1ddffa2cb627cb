//! Lays the five layers over each other.

use super::discovery::Place;
use super::error::Problem;
use super::keys;
use super::load::LoadOptions;
use super::value::{Content, Mapping, Origin, Value};
use super::{defaults, environment, file, unknown, variables};

/// The files below the application's folder, lower layer first.
///
/// Source: SHIRASAGI 1.21.0, `app/models/ss/config.rb`.
const FILES: [&str; 2] = ["config/defaults/job.yml", "config/job.yml"];

/// The merged tree, complete: each section has every key that has a default.
pub(super) fn merged(place: &Place, options: &LoadOptions, problems: &mut Vec<Problem>) -> Value {
    let defaults = defaults::tree();
    let mut tree = defaults.clone();
    for name in FILES {
        if let Some(body) = file::read(&place.root.join(name), problems) {
            let part = environment::select(body, &place.environment, problems);
            tree.merge(part);
        }
    }
    tree.as_mapping().into_iter().for_each(|tree| unknown::report(tree, problems));
    let assignments = variables::assignments(options, problems);
    if let (Content::Mapping(tree), Some(defaults)) = (&mut tree.content, defaults.as_mapping()) {
        assignments.into_iter().for_each(|assignment| assignment.apply(tree));
        fill(tree, defaults);
    }
    tree
}

/// Completes the tree from the compiled-in defaults: what is null beside the sections, and what is missing or null in
/// each section. A null means something of its own only for `keep_logs` (for ever) and `pool` (no limits).
fn fill(tree: &mut Mapping, defaults: &Mapping) {
    let section_defaults = Value { content: Content::Mapping(defaults::section(defaults)), origin: Origin::Default };
    for (name, value) in tree.iter_mut() {
        if !keys::is_reserved(name) {
            value.fill(&section_defaults);
        } else if !["keep_logs", "pool"].contains(&name) {
            defaults.get(name).into_iter().for_each(|default| value.fill(default));
        }
    }
}
