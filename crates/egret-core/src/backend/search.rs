//! Looking for a text in a job.

use serde_json::Value;

use crate::{ErrorReport, Payload};

/// Whether the text stands in the class, the arguments or the error, in upper or lower case.
pub(super) fn contains(text: &str, class: &str, payload: &Payload, error: Option<&ErrorReport>) -> bool {
    let needle = text.to_lowercase();
    let is_in = |hay: &str| hay.to_lowercase().contains(&needle);
    is_in(class)
        || error.is_some_and(|error| is_in(&error.class) || is_in(&error.message))
        || match payload {
            Payload::Job(data) => stands_in_json(data.arguments.get(), &is_in),
            Payload::Unreadable(unreadable) => is_in(&String::from_utf8_lossy(&unreadable.bytes)),
        }
}

/// In JSON as it is written, or in a text of it without its escapes.
fn stands_in_json(json: &str, is_in: &impl Fn(&str) -> bool) -> bool {
    let stands_in_texts = || serde_json::from_str(json).is_ok_and(|value| stands_in_value(&value, is_in));
    is_in(json) || (json.contains('\\') && stands_in_texts())
}

fn stands_in_value(value: &Value, is_in: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_in(text),
        Value::Array(items) => items.iter().any(|item| stands_in_value(item, is_in)),
        Value::Object(entries) => entries.iter().any(|(key, value)| is_in(key) || stands_in_value(value, is_in)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::{JobData, UnreadablePayload};

    fn job(arguments: &str) -> Payload {
        let mut data = JobData::new("SendInvoice");
        data.arguments = RawValue::from_string(arguments.to_owned()).unwrap();
        Payload::Job(Box::new(data))
    }

    #[test]
    fn class_arguments_and_error_are_searched_in_any_case() {
        let payload = job(r#"[7,"Tanaka","\u9dfa said \"ja\""]"#);
        let error = ErrorReport::new("TimeoutError", "The Printer is on fire");
        for text in ["sendinv", "TANAKA", "[7,", "鷺 said \"JA\"", "timeouterror", "printer IS"] {
            assert!(contains(text, "SendInvoice", &payload, Some(&error)), "{text}");
        }
        for text in ["suzuki", "default", "8"] {
            assert!(!contains(text, "SendInvoice", &payload, Some(&error)), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_searched_as_it_is() {
        let payload = Payload::Unreadable(UnreadablePayload { bytes: b"{Broken".to_vec(), reason: "no".to_owned() });
        assert!(contains("broken", "", &payload, None));
        assert!(!contains("whole", "", &payload, None));
    }
}
