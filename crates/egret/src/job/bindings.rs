//! Bindings: what a job belongs to, beside its arguments.
//!
//! SHIRASAGI binds jobs to a site, a user, a group, a page (1.21.0, `lib/job/binded_job.rb`). Bindings travel in the
//! payload under [`KEY`] as Active Job writes an array of one hash, survive every retry, and the one called `user_id`
//! counts against `size_limit_per_user`.

use egret_core::JobData;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

/// The key of the payload. Source: SHIRASAGI 1.21.0, `app/jobs/concerns/job/ss/binding.rb`.
pub const KEY: &str = "serialized_bindings";
/// The binding that names the user whose jobs are counted (`app/jobs/concerns/job/ss/limit.rb`).
pub const USER: &str = "user_id";
/// Names the keys of a hash that are symbols (Active Job 8.1, `activejob/lib/active_job/arguments.rb`). Keys of bindings
/// never are.
const SYMBOL_KEYS: &str = "_aj_symbol_keys";
/// Begins every key of a hash that is Active Job's own.
const RESERVED: &str = "_aj_";

/// The bindings of a job: texts by key, in the order in which they were made.
///
/// ```
/// use egret::job::Bindings;
///
/// let mut bindings = Bindings::default();
/// bindings.set("site_id", 1);
/// bindings.set("user_id", "5");
/// assert_eq!(bindings.get("user_id"), Some("5"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    entries: Vec<(String, String)>,
}

impl Bindings {
    /// Binds to a value, which becomes a text. A later value for the key replaces the first; one that is blank is
    /// ignored, as upstream does.
    pub fn set(&mut self, key: impl AsRef<str>, value: impl ToString) {
        let (key, value) = (key.as_ref(), value.to_string());
        if value.trim().is_empty() || key.starts_with(RESERVED) {
            return;
        }
        match self.entries.iter_mut().find(|(existing, _)| existing == key) {
            Some((_, slot)) => *slot = value,
            None => self.entries.push((key.to_owned(), value)),
        }
    }

    /// What the job is bound to under the key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|(existing, _)| existing == key).map(|(_, value)| value.as_str())
    }

    /// Keys and values in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bindings that a payload carries; none where it has no such key, or something else under it.
    pub fn of(data: &JobData) -> Self {
        let mut bindings = Self::default();
        let Some(raw) = data.extra_value(KEY) else { return bindings };
        let Ok(Value::Array(hashes)) = serde_json::from_str(raw.get()) else { return bindings };
        for (key, value) in hashes.iter().filter_map(Value::as_object).flatten() {
            match value {
                Value::String(text) => bindings.set(key, text),
                Value::Number(number) => bindings.set(key, number),
                _ => {}
            }
        }
        bindings
    }

    /// Writes them into a payload, over those that it has.
    pub(crate) fn write(&self, data: &mut JobData) {
        if self.is_empty() {
            return;
        }
        let mut all = Self::of(data);
        self.iter().for_each(|(key, value)| all.set(key, value));
        let mut hash: Map<String, Value> = all.entries.into_iter().map(|(key, value)| (key, value.into())).collect();
        hash.insert(SYMBOL_KEYS.to_owned(), Value::Array(Vec::new()));
        data.set_extra(KEY, to_raw_value(&[hash]).expect("texts by texts are JSON"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(pairs: &[(&str, &str)]) -> Bindings {
        let mut bindings = Bindings::default();
        pairs.iter().for_each(|(key, value)| bindings.set(key, value));
        bindings
    }

    #[test]
    fn are_written_as_upstream_writes_them() {
        let mut data = JobData::new("SS::ExampleJob");
        bound(&[("site_id", "1"), ("user_id", "5")]).write(&mut data);
        assert_eq!(data.extra_value(KEY).unwrap().get(), r#"[{"site_id":"1","user_id":"5","_aj_symbol_keys":[]}]"#);
        assert_eq!(Bindings::of(&data), bound(&[("site_id", "1"), ("user_id", "5")]));
    }

    #[test]
    fn no_bindings_leave_no_trace() {
        let mut data = JobData::new("A");
        bound(&[("user_id", ""), ("site_id", " "), ("_aj_symbol_keys", "x")]).write(&mut data);
        assert!(data.extra_value(KEY).is_none());
    }

    #[test]
    fn what_is_no_binding_is_read_as_none() {
        for text in ["null", "7", "[]", "[1]", r#"[{"user_id":null}]"#, r#"{"user_id":"5"}"#] {
            let mut data = JobData::new("A");
            data.set_extra(KEY, serde_json::value::RawValue::from_string(text.to_owned()).unwrap());
            assert!(Bindings::of(&data).is_empty(), "{text}");
        }
        let mut data = JobData::new("A");
        data.set_extra(KEY, serde_json::value::RawValue::from_string(r#"[{"user_id":5}]"#.to_owned()).unwrap());
        assert_eq!(Bindings::of(&data).get("user_id"), Some("5"));
    }
}
