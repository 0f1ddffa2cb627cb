//! What an event or a span says, field by field.

use std::fmt::{self, Debug};

use serde_json::value::RawValue;
use serde_json::{Number, Value};
use tracing::field::{Field, Visit};

use crate::facts;

/// The fields of an event or a span, in the order in which they were declared, the message apart.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) message: String,
    pub(super) others: Vec<(&'static str, FieldValue)>,
}

/// The value of a field.
#[derive(Debug)]
pub(super) enum FieldValue {
    /// Text, a number or a truth.
    Plain(Value),
    /// JSON that was given as text.
    Raw(Box<RawValue>),
}

impl Fields {
    /// Takes a text field out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.others.iter().position(|(other, _)| *other == name)?;
        match self.others.remove(index).1 {
            FieldValue::Plain(Value::String(text)) => Some(text),
            value => Some(value.to_string()),
        }
    }

    /// A text field.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.others.iter().find_map(|(other, value)| match value {
            FieldValue::Plain(Value::String(text)) if *other == name => Some(text.clone()),
            _ => None,
        })
    }

    fn set(&mut self, field: &Field, value: Value) {
        let value = match value {
            Value::String(text) if field.name() == facts::ARGUMENTS => match RawValue::from_string(text) {
                Ok(raw) => FieldValue::Raw(raw),
                Err(error) => FieldValue::Plain(Value::String(error.to_string())),
            },
            value => FieldValue::Plain(value),
        };
        self.others.retain(|(name, _)| *name != field.name());
        self.others.push((field.name(), value));
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            _ => self.set(field, Value::String(value.to_owned())),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        let text = || Value::String(value.to_string());
        self.set(field, Number::from_f64(value).map_or_else(text, Value::Number));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            _ => self.set(field, Value::String(format!("{value:?}"))),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A text is quoted only where its end could not be seen.
            Self::Plain(Value::String(text)) if !text.contains([' ', '"', '=']) && !text.is_empty() => {
                formatter.write_str(text)
            }
            Self::Plain(value) => write!(formatter, "{value}"),
            Self::Raw(raw) => formatter.write_str(raw.get()),
        }
    }
}
