//! Which jobs a page is asked for: the query of its address, as a filter and as chips that can be removed.

use egret_core::{JobFilter, JobState};

use super::when::earlier;
use crate::fault::Fault;
use crate::visit::{Fields, Visit};

/// The fields, in the order of the chips, each with the message that names it.
const FIELDS: [(&str, &str); 8] = [
    ("state", "jobs-field-state"),
    ("queue", "jobs-field-queue"),
    ("class", "jobs-field-class"),
    ("user", "jobs-field-user"),
    ("site", "jobs-field-site"),
    ("since", "jobs-field-since"),
    ("before", "jobs-field-before"),
    ("text", "jobs-field-text"),
];

/// Bytes of the longest value.
const LONGEST: usize = 500;

fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|(field, _)| *field == name)
}

/// Which jobs a page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) filter: JobFilter,
    /// What asks for it, and nothing else.
    fields: Fields,
}

/// A part of the filter, and the address without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) without: String,
}

/// A state that can be asked for, or no state in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StateChoice {
    pub(super) word: String,
    pub(super) address: String,
    /// Jobs of the state, where that is known without looking at each.
    pub(super) n_jobs: Option<u64>,
    pub(super) is_current: bool,
}

impl Asked {
    /// Reads a query or a form.
    ///
    /// # Errors
    /// A state or a time is none, or a value is longer than anything that is meant.
    pub(super) fn of(visit: &Visit, fields: &Fields) -> Result<Self, Fault> {
        if let Some((name, value)) = fields.iter().find(|(name, value)| is_field(name) && value.len() > LONGEST) {
            return Err(Fault::bad_value(name, value));
        }
        let mut filter = JobFilter::all().text(fields.get("text").unwrap_or_default());
        for word in fields.all("state").filter(|word| !word.is_empty()) {
            filter = filter.state(word.parse::<JobState>().map_err(|_| Fault::bad_value("state", word))?);
        }
        let text = |name| fields.get(name).map(str::to_owned);
        (filter.queue, filter.class) = (text("queue"), text("class"));
        (filter.user, filter.site) = (text("user"), text("site"));
        let time = |name: &'static str| match fields.get(name) {
            None => Ok(None),
            Some(text) => match earlier(text, visit.now, &visit.reader.zone) {
                Some(moment) => Ok(Some(moment)),
                None => Err(Fault::bad_value(name, text)),
            },
        };
        (filter.since, filter.before) = (time("since")?, time("before")?);
        let is_asked = |name: &str, value: &str| !value.is_empty() && is_field(name);
        Ok(Self { filter, fields: fields.only(is_asked) })
    }

    /// The query that asks for the same.
    pub(super) fn query(&self) -> &Fields {
        &self.fields
    }

    /// What a field says, for the form.
    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.iter().next().is_none()
    }

    pub(super) fn chips(&self, visit: &Visit) -> Vec<Chip> {
        let named = FIELDS.iter().filter(|(name, _)| *name != "state" && self.fields.get(name).is_some());
        let chip = |(name, message): &(&str, &str)| Chip {
            label: visit.t(message),
            value: self.value(name).to_owned(),
            without: address(visit, &self.fields.without(name)),
        };
        named.map(chip).collect()
    }

    /// Every state to choose from. `n_jobs` says how many jobs of a state there are, if it is known.
    pub(super) fn states(&self, visit: &Visit, n_jobs: impl Fn(JobState) -> Option<u64>) -> Vec<StateChoice> {
        let language = visit.reader.language;
        let all = StateChoice {
            word: visit.t("jobs-all-states"),
            address: address(visit, &self.fields.without("state")),
            n_jobs: None,
            is_current: self.filter.states.is_empty(),
        };
        let one = |state: JobState| StateChoice {
            word: language.text(&format!("state-{state}")),
            address: address(visit, &self.fields.with("state", state.as_str())),
            n_jobs: n_jobs(state),
            is_current: self.filter.states.contains(&state),
        };
        std::iter::once(all).chain(JobState::ALL.map(one)).collect()
    }
}

fn address(visit: &Visit, fields: &Fields) -> String {
    visit.link(&super::address(super::LIST, fields))
}
