//! Lays the layers over each other.

use std::ffi::OsStr;
use std::path::Path;

use super::discovery::Place;
use super::error::Problem;
use super::keys;
use super::load::LoadOptions;
use super::value::{Content, Mapping, Origin, Value};
use super::{DEFAULT_SECTION, defaults, environment, file, foreign, unknown, variables};
use crate::language::Sentence;

/// The name of the section `default`, and the beginning of those of all others (SHIRASAGI 1.21.0,
/// `config/defaults/job.yml`).
const SERVICE_NAME: &str = "job:service";

/// The files below the application's folder, lower layer first.
///
/// Source: SHIRASAGI 1.21.0, `app/models/ss/config.rb`.
const FILES: [&str; 2] = ["config/defaults/job.yml", "config/job.yml"];

/// The merged tree, complete: each section has every key that has a default. What another system's file or variables say
/// that means nothing here goes to `unheeded`.
pub(super) fn merged(
    place: &Place,
    options: &LoadOptions,
    problems: &mut Vec<Problem>,
    remarks: &mut Vec<Problem>,
    unheeded: &mut Vec<Problem>,
) -> Value {
    let defaults = defaults::tree();
    let mut tree = defaults.clone();
    for name in FILES {
        if let Some(body) = file::read(&place.root.join(name), problems, remarks) {
            let part = environment::select(body, &place.environment, problems);
            tree.merge(part);
        }
    }
    section_file(options, &mut tree, problems, remarks);
    tree.as_mapping().into_iter().for_each(|tree| unknown::report(tree, problems));
    let assignments = variables::assignments(options, problems);
    if let (Content::Mapping(tree), Some(defaults)) = (&mut tree.content, defaults.as_mapping()) {
        foreign::lay_over(options, &place.environment, tree, problems, unheeded);
        assignments.into_iter().for_each(|assignment| assignment.apply(tree));
        fill(tree, defaults);
    }
    tree
}

/// Adds the section that has a file of its own. The file is meant for this run, so that it must be there.
fn section_file(options: &LoadOptions, tree: &mut Value, problems: &mut Vec<Problem>, remarks: &mut Vec<Problem>) {
    let (Some(path), Some(name)) = (&options.section_file, options.section_of_file()) else { return };
    let path = options.current_folder.join(path);
    let n_problems = problems.len();
    match (file::read(&path, problems, remarks), &mut tree.content) {
        (Some(body), Content::Mapping(tree)) => match body.content {
            Content::Mapping(_) | Content::Null => tree.insert(name, body),
            other => {
                let expected = Sentence::new("config-expected-section-keys");
                let message = Sentence::new("config-invalid-content").with("value", other.to_string());
                problems.push(Problem::new(&body.origin, message.with_part("expected", expected)));
            }
        },
        (None, _) if problems.len() == n_problems => {
            let origin = Origin::File { path: path.into(), line: 1 };
            problems.push(Problem::new(&origin, Sentence::new("config-no-file")));
        }
        _ => {}
    }
}

/// Completes the tree from the compiled-in defaults: what is null beside the sections, and what is missing or null in
/// each section. A null means something of its own only for `keep_logs` (for ever) and `pool` (no limits).
fn fill(tree: &mut Mapping, defaults: &Mapping) {
    let section_defaults = Value { content: Content::Mapping(defaults::section(defaults)), origin: Origin::Default };
    for (name, value) in tree.iter_mut() {
        if !keys::is_reserved(name) {
            value.fill(&named(&section_defaults, name));
        } else if !["keep_logs", "keep_tasks", "pool"].contains(&name) {
            defaults.get(name).into_iter().for_each(|default| value.fill(default));
        }
    }
}

/// The defaults of the section: a service of another section must not be counted among those of the section `default`,
/// hence it has a name of its own.
fn named(defaults: &Value, section: &str) -> Value {
    let mut defaults = defaults.clone();
    if let (Content::Mapping(keys), true) = (&mut defaults.content, section != DEFAULT_SECTION) {
        let stem = Path::new(section).file_stem().and_then(OsStr::to_str).filter(|_| section.contains('/'));
        let name = format!("{SERVICE_NAME}:{}", stem.unwrap_or(section));
        keys.insert("name".to_owned(), Value { content: Content::Text(name), origin: Origin::Default });
    }
    defaults
}
