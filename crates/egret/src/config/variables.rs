//! The two upper layers: `EGRET_*` variables and overrides.

use super::error::{Problem, did_you_mean};
use super::keys::{self, BESIDE, Key, SECTION, Shape};
use super::load::LoadOptions;
use super::value::{Content, Mapping, Origin, Value};
use crate::language::Sentence;

/// Variables with our prefix that are no keys of the file.
pub(super) const ROOT: &str = "EGRET_ROOT";
pub(super) const ENVIRONMENT: &str = "EGRET_ENV";
const LANGUAGE: &str = "EGRET_LANG";
const TOKEN: &str = "EGRET_TOKEN";

/// A key that a variable or an override sets, or the file of another system.
pub(super) struct Assignment {
    path: &'static str,
    in_sections: bool,
    value: Value,
}

impl Assignment {
    /// Of a key of sections.
    pub(super) fn in_sections(path: &'static str, value: Value) -> Self {
        Self { path, in_sections: true, value }
    }

    /// Of a key beside them.
    pub(super) fn beside(path: &'static str, value: Value) -> Self {
        Self { path, in_sections: false, value }
    }

    /// Sets the key. A key of sections is set in all of them: a process runs one, and the variable is that process's.
    pub(super) fn apply(self, tree: &mut Mapping) {
        if !self.in_sections {
            return tree.insert_at(self.path, self.value);
        }
        for (name, section) in tree.iter_mut() {
            let origin = self.value.origin.clone();
            if section.is_null() && !keys::is_reserved(name) {
                *section = Value { content: Content::Mapping(Mapping::default()), origin };
            }
            if let (Content::Mapping(section), false) = (&mut section.content, keys::is_reserved(name)) {
                section.insert_at(self.path, self.value.clone());
            }
        }
    }
}

/// What variables and overrides set, in the order in which they are to be applied.
pub(super) fn assignments(options: &LoadOptions, problems: &mut Vec<Problem>) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    for (name, text) in &options.environment {
        let origin = Origin::Variable(name.clone());
        match settable().find(|(key, _)| key.variable() == *name) {
            // An empty variable is the shell's way to unset one.
            Some(_) if text.is_empty() => {}
            Some((key, in_sections)) => assignments.push(assignment(key, in_sections, text, origin)),
            None => problems.extend(misspelt(name, &origin)),
        }
    }
    for (path, text) in &options.overrides {
        let origin = Origin::Override(path.clone());
        match settable().find(|(key, _)| key.path == path) {
            Some((key, in_sections)) => assignments.push(assignment(key, in_sections, text, origin)),
            None => {
                let hint = did_you_mean(path, settable().map(|(key, _)| key.path));
                let message = Sentence::new("config-unknown-option").with("key", path.as_str());
                problems.push(Problem::new(&origin, message).with_hint(hint));
            }
        }
    }
    assignments
}

/// The keys that can be written in one line, and whether they belong to sections.
fn settable() -> impl Iterator<Item = (Key, bool)> {
    let beside = BESIDE.into_iter().map(|key| (key, false));
    let in_sections = SECTION.into_iter().map(|key| (key, true));
    beside.chain(in_sections).filter(|(key, _)| key.shape != Shape::Tree)
}

fn assignment(key: Key, in_sections: bool, text: &str, origin: Origin) -> Assignment {
    let content = match key.shape {
        Shape::List => Content::List(
            text.split(',')
                .map(str::trim)
                .filter(|element| !element.is_empty())
                .map(|element| Value { content: Content::Text(element.to_owned()), origin: origin.clone() })
                .collect(),
        ),
        _ => Content::Text(text.to_owned()),
    };
    Assignment { path: key.path, in_sections, value: Value { content, origin } }
}

/// Only what looks like one of ours is reported: container platforms add variables with any prefix
/// (`EGRET_SERVICE_HOST` beside a service called egret).
fn misspelt(name: &str, origin: &Origin) -> Option<Problem> {
    let word = name.strip_prefix("EGRET_")?;
    if [ROOT, ENVIRONMENT, LANGUAGE, TOKEN].contains(&name) {
        return None;
    }
    let known: Vec<String> = settable().map(|(key, _)| key.variable()).collect();
    let words = known.iter().filter_map(|name| name.strip_prefix("EGRET_"));
    let meant = super::suggestion::closest(word, words)?;
    let hint = Sentence::new("config-did-you-mean").with("word", format!("EGRET_{meant}"));
    Some(Problem::new(origin, Sentence::new("config-unknown-variable").with("key", name)).with_hint(hint))
}
