//! A change as people read it: in words, with the fields that differ, and as it is stored behind that.

use egret_core::{JobId, Timestamp};
use serde_json::{Map, Value};

use super::PATH;
use super::list::address;
use super::words::{action_of, field_of, value_of};
use crate::audit::Trace;
use crate::pages::area::Area;
use crate::pages::excerpt::{beginning, one_line, weight};
use crate::visit::{Fields, Moment, Visit};

/// Bytes of each part that a row has room for; the JSON has them whole.
const NAME: usize = 160;
const VALUE: usize = 160;
const RAW: usize = 20_000;
/// Elements of a list in a field.
const ELEMENTS: usize = 5;
/// Bytes of the tags around a field.
const TAGS: usize = 170;

/// How much room a page has for the fields of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// A row of many; the page of the change has the rest.
    Row,
    /// A page of its own.
    Page,
}

impl Room {
    const fn n_bytes(self) -> usize {
        match self {
            Self::Row => 800,
            Self::Page => 20_000,
        }
    }
}

/// A change as pages show it.
pub(super) struct ShownTrace {
    pub(super) moment: Moment,
    pub(super) user: String,
    /// The list for this user only.
    pub(super) of_user: String,
    pub(super) address: String,
    /// What was done, in words, and its stable name.
    pub(super) label: String,
    pub(super) action: String,
    pub(super) target: String,
    /// The page of the job that it is about.
    pub(super) job: Option<String>,
    pub(super) fields: Vec<ShownField>,
    /// Fields for which there is no room.
    pub(super) n_more: usize,
    /// As it is stored.
    pub(super) raw: String,
    pub(super) n_jobs: u64,
    /// The page of the change.
    pub(super) page: String,
}

/// A field that the change made, changed or removed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ShownField {
    pub(super) name: String,
    /// None where it is only told how it is now.
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl ShownTrace {
    pub(super) fn new(visit: &Visit, trace: &Trace, room: Room) -> Self {
        let raw = serde_json::json!({ "before": trace.before, "after": trace.after });
        let raw = serde_json::to_string_pretty(&raw).expect("two values are plain data");
        let shown_fields = fit(fields(visit, &trace.before, &trace.after), room.n_bytes());
        let is_about_a_job =
            trace.action.starts_with("jobs.") && !trace.target.starts_with('/') && trace.target.len() <= NAME;
        let is_there = is_about_a_job && !trace.after.is_null() && visit.backend().capabilities().lookup_by_id;
        Self {
            moment: visit.moment(trace.at),
            user: one_line(&trace.user, NAME),
            of_user: address(visit, Some(&trace.user), None),
            address: trace.address.clone(),
            label: action_of(&trace.action).map_or_else(|| trace.action.clone(), |message| visit.t(message)),
            action: one_line(&trace.action, NAME),
            target: one_line(&target(&trace.target), NAME),
            job: is_there.then(|| visit.link(&Area::System.job(&JobId::from(trace.target.as_str())))),
            n_more: shown_fields.1,
            fields: shown_fields.0,
            raw: beginning(&raw, RAW),
            n_jobs: trace.n_jobs,
            page: visit.link(&format!("{PATH}/{}", trace.id)),
        }
    }
}

/// The target; of a change of all that a page was asked for, what it was asked.
fn target(target: &str) -> String {
    let Some((_, query)) = target.split_once('?').filter(|_| target.starts_with('/')) else { return target.to_owned() };
    let asked = Fields::of_bytes(query.as_bytes());
    let is_told = |(name, value): &(&str, &str)| !["action", "selection", "after"].contains(name) && !value.is_empty();
    let told: Vec<String> = asked
        .iter()
        .filter(is_told)
        .map(|(name, value)| if name == "ids[]" { value.to_owned() } else { format!("{name}={value}") })
        .collect();
    told.join(" · ")
}

/// What differs. What is nothing on both sides, or zero where there was nothing to count before, is left out.
fn fields(visit: &Visit, before: &Value, after: &Value) -> Vec<ShownField> {
    let none = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    let differs = |name: &&String| {
        let (old, new) = (old.get(*name), new.get(*name));
        old != new && !(is_nothing(old) && is_nothing(new))
    };
    let field = |name: &String| {
        let show = |value: &Value| text(visit, name, value);
        // Where the thing is gone, so is each of its fields.
        let gone = || after.is_null().then(|| "–".to_owned());
        ShownField {
            name: field_of(name).map_or_else(|| one_line(name, NAME), |message| visit.t(message)),
            before: old.get(name).map(show),
            after: new.get(name).map(show).or_else(gone),
        }
    };
    names.filter(differs).map(field).collect()
}

/// As many of the fields as have room in so many bytes, at least one; and how many have none.
fn fit(fields: Vec<ShownField>, n_bytes: usize) -> (Vec<ShownField>, usize) {
    let n_fields = fields.len();
    let mut n_left = n_bytes;
    let mut has_room = |field: &ShownField| {
        let values = field.before.iter().chain(&field.after).map(|value| weight(value)).sum::<usize>();
        let (before, needed) = (n_left, TAGS + weight(&field.name) + values);
        n_left = n_left.saturating_sub(needed);
        before == n_bytes || needed <= before
    };
    let shown: Vec<ShownField> = fields.into_iter().take_while(|field| has_room(field)).collect();
    let n_more = n_fields - shown.len();
    (shown, n_more)
}

fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(elements)) => elements.is_empty(),
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Number(number)) => number.as_u64() == Some(0),
        _ => false,
    }
}

/// A value in words.
fn text(visit: &Visit, field: &str, value: &Value) -> String {
    let shown = match value {
        Value::Null => "–".to_owned(),
        Value::Bool(is_so) => visit.t(if *is_so { "audit-yes" } else { "audit-no" }),
        Value::Number(number) => match number.as_u64() {
            Some(number) => visit.tw("jobs-count", &[("n", number.into())]),
            None => number.to_string(),
        },
        Value::String(word) => match (value_of(field, word), word.parse::<Timestamp>()) {
            (Some(message), _) => visit.t(message),
            (None, _) if field == "state" => visit.reader.language.text(&format!("state-{word}")),
            (None, Ok(moment)) => visit.moment(moment).full,
            (None, Err(_)) => word.clone(),
        },
        Value::Array(elements) => {
            let shown: Vec<String> = elements.iter().take(ELEMENTS).map(|value| element(visit, field, value)).collect();
            shown.join(", ") + if elements.len() > ELEMENTS { ", …" } else { "" }
        }
        Value::Object(_) => value.to_string(),
    };
    one_line(&shown, VALUE)
}

/// An element of a list: a text, or several, such as a job and its state.
fn element(visit: &Visit, field: &str, value: &Value) -> String {
    match value {
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| element(visit, field, part)).collect();
            parts.join(" ")
        }
        other => text(visit, field, other),
    }
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn what_was_asked_is_told_without_what_everybody_knows() {
        assert_eq!(
            target("/.sys/job/jobs/confirm?action=retry&state=discarded&class=%E9%B7%BA"),
            "state=discarded · class=鷺"
        );
        assert_eq!(target("/.sys/job/jobs/confirm?selection=1&ids%5B%5D=a&ids%5B%5D=b&action=delete"), "a · b");
        assert_eq!((target("default"), target("a?b=c")), ("default".to_owned(), "a?b=c".to_owned()));
    }
}
