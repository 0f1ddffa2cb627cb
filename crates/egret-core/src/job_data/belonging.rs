//! To whom a job belongs.

use serde_json::Value;

use super::JobData;

/// The key under which SHIRASAGI keeps bindings beside the keys of Active Job, as an array of one hash of texts
/// (SHIRASAGI 1.21.0, `app/jobs/concerns/job/ss/binding.rb`).
const BINDINGS: &str = "serialized_bindings";

/// To whom a job belongs by its bindings. A number counts as its text; what is blank, or neither, as none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Belonging {
    /// The binding `user_id`: the user whose jobs are counted (`app/jobs/concerns/job/ss/limit.rb`) and who may see them.
    pub user: Option<String>,
    /// The binding `site_id` (`lib/job/binded_job.rb`).
    pub site: Option<String>,
}

impl Belonging {
    /// Whether it belongs to nobody in particular.
    pub fn is_none(&self) -> bool {
        self.user.is_none() && self.site.is_none()
    }
}

impl JobData {
    /// To whom it belongs.
    pub fn belonging(&self) -> Belonging {
        let bindings: Option<Value> =
            self.extra_value(BINDINGS).and_then(|bindings| serde_json::from_str(bindings.get()).ok());
        let Some(bindings) = bindings.as_ref().and_then(|bindings| bindings.get(0)) else {
            return Belonging::default();
        };
        Belonging { user: text(bindings.get("user_id")), site: text(bindings.get("site_id")) }
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn bindings_are_read_as_they_are_written() {
        for (bindings, user, site) in [
            (r#"[{"site_id":"1","user_id":"5","_aj_symbol_keys":[]}]"#, Some("5"), Some("1")),
            (r#"[{"user_id":5}]"#, Some("5"), None),
            (r#"[{"user_id":null,"site_id":" "}]"#, None, None),
            (r#"{"user_id":"5"}"#, None, None),
            ("7", None, None),
        ] {
            let mut data = JobData::new("A");
            data.set_extra(BINDINGS, RawValue::from_string(bindings.to_owned()).unwrap());
            let belonging = data.belonging();
            assert_eq!((belonging.user.as_deref(), belonging.site.as_deref()), (user, site), "{bindings}");
        }
        assert!(JobData::new("A").belonging().is_none());
    }
}
