//! The arguments of a job as far as logs may show them.

use std::borrow::Cow;

use egret_core::JobData;

use crate::arguments::inspect_arguments;
use crate::job::Registry;
use crate::program::{PROGRAM_CLASS, ProgramArguments};

/// Letters of arguments that a sentence shows.
const LONGEST: usize = 1_000;
/// What stands for a value that is hidden (Rails 8.1, `activesupport/lib/active_support/parameter_filter.rb`).
const FILTERED: &str = "[FILTERED]";

/// The arguments as JSON; `None` when the class hides them or there are none. Variables of programs, where passwords are
/// given, show no values.
pub(super) fn raw(data: &JobData, shows_arguments: bool) -> Option<Cow<'_, str>> {
    if !shows_arguments || data.arguments.get() == "[]" {
        return None;
    }
    if data.job_class != PROGRAM_CLASS {
        return Some(Cow::Borrowed(data.arguments.get()));
    }
    // Arguments that no program can have may hold anything.
    let mut arguments = ProgramArguments::parse(data.arguments.get()).ok()?;
    arguments.env.iter_mut().for_each(|(_, value)| FILTERED.clone_into(value));
    Some(Cow::Owned(arguments.to_json()))
}

/// The arguments of a job as JSON, as far as its class lets them be shown: `None` when it hides them, or there are none.
/// Values of variables of programs, where passwords are given, are never shown.
pub fn shown_arguments<'a>(registry: &Registry, data: &'a JobData) -> Option<Cow<'a, str>> {
    raw(data, shows_arguments(registry, &data.job_class))
}

/// ` with arguments: …`, or nothing.
pub(super) fn sentence(data: &JobData, shows_arguments: bool) -> String {
    let Some(raw) = raw(data, shows_arguments) else { return String::new() };
    let mut text = inspect_arguments(&raw).join(", ");
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    format!(" with arguments: {text}")
}

/// Whether the class lets its arguments be shown; classes that are not known here do.
pub(super) fn shows_arguments(registry: &Registry, class: &str) -> bool {
    registry.get(class).is_none_or(|job| job.definition().logs_arguments())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(class: &str, arguments: &str) -> JobData {
        let mut data = JobData::new(class);
        data.arguments = serde_json::value::RawValue::from_string(arguments.to_owned()).unwrap();
        data
    }

    #[test]
    fn arguments_are_shown_unless_the_class_hides_them() {
        let data = data("A", r#"["x",1]"#);
        assert_eq!(sentence(&data, true), r#" with arguments: "x", 1"#);
        assert_eq!(sentence(&data, false), "");
        assert_eq!(raw(&data, false), None);
    }

    #[test]
    fn variables_of_programs_show_no_values() {
        let data = data(PROGRAM_CLASS, r#"[{"argv":["backup"],"env":{"PASSWORD":"hunter2"}}]"#);
        let shown = raw(&data, true).unwrap();
        assert!(shown.contains("backup") && shown.contains("PASSWORD") && shown.contains(FILTERED), "{shown}");
        assert!(!shown.contains("hunter2") && !sentence(&data, true).contains("hunter2"));
    }

    #[test]
    fn long_arguments_are_cut() {
        let data = data("A", &format!("[\"{}\"]", "鷺".repeat(5_000)));
        assert!(sentence(&data, true).chars().count() < LONGEST + 30);
        assert!(sentence(&data, true).ends_with('…'));
    }
}
