//! What can go wrong between typed arguments and their wire form.

use std::fmt;

/// A value that has no wire form as an argument: Active Job's `SerializationError`.
///
/// The messages are Active Job's own (8.1, `activejob/lib/active_job/arguments.rb`), since they reach logs and tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SerializationError {
    message: String,
}

impl SerializationError {
    pub(super) fn unsupported_type(name: impl fmt::Display) -> Self {
        Self { message: format!("Unsupported argument type: {name}") }
    }

    pub(super) fn key_type(key: impl fmt::Display, ruby_class: &str) -> Self {
        Self {
            message: format!(
                "Only string and symbol hash keys may be serialized as job arguments, but {key} is a {ruby_class}"
            ),
        }
    }

    pub(super) fn reserved_key(key: &str) -> Self {
        Self { message: format!("Can't serialize a Hash with reserved key {key:?}") }
    }

    pub(super) fn reserved_symbol_key(key: &str) -> Self {
        Self { message: format!("Can't serialize a Hash with reserved key :{key}") }
    }
}

impl serde::ser::Error for SerializationError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string() }
    }
}

/// Arguments that cannot be read as what a job expects: Active Job's `DeserializationError`.
///
/// `Display` names the class, the argument and what was expected, but never the value that was found: arguments can be
/// secrets, and errors are logged and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeserializationError {
    class: Option<String>,
    /// The steps from the value that is wrong up to the arguments, hence in reverse.
    path: Vec<Step>,
    message: String,
}

/// One step down into arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The positional argument of this number, from 1.
    Argument(usize),
    /// The entry of a hash, or the keyword argument, with this key.
    Key(String),
    /// The element of an array, from 0.
    Element(usize),
}

impl DeserializationError {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        Self { class: None, path: Vec::new(), message: message.to_string() }
    }

    pub(super) fn expected(expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        Self::new(format_args!("expected {expected}, found {found}"))
    }

    pub(super) fn argument_count(given: usize, expected: impl fmt::Display) -> Self {
        Self::new(format_args!("wrong number of arguments (given {given}, expected {expected})"))
    }

    /// Says that the value lies one step further down.
    #[must_use]
    pub(super) fn at(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Names the class whose arguments were read.
    #[must_use]
    pub fn of_class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// The argument that is wrong, for example `invoice_id` or `lines[2].price`; empty when it is the list itself.
    pub fn argument(&self) -> String {
        let mut text = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Argument(number) => text.push_str(&number.to_string()),
                Step::Key(key) if text.is_empty() => text.push_str(key),
                Step::Key(key) => text.extend([".", key]),
                Step::Element(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }
}

impl fmt::Display for DeserializationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The words before the colon are Active Job's (8.1, `activejob/lib/active_job/arguments.rb`).
        formatter.write_str("Error while trying to deserialize arguments: ")?;
        match (self.argument(), &self.class) {
            (argument, None) if argument.is_empty() => {}
            (argument, Some(class)) if argument.is_empty() => write!(formatter, "`{class}`: ")?,
            (argument, None) => write!(formatter, "argument `{argument}`: ")?,
            (argument, Some(class)) => write!(formatter, "argument `{argument}` of `{class}`: ")?,
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DeserializationError {}

impl serde::de::Error for DeserializationError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::expected(expected, kind(&found))
    }

    fn invalid_value(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::new(format_args!("expected {expected}, found {} that is not one", kind(&found)))
    }

    fn invalid_length(given: usize, expected: &dyn serde::de::Expected) -> Self {
        Self::argument_count(given, expected)
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::expected(format_args!("one of `{}`", expected.join("`, `")), "another name")
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        match expected {
            [] => Self::new(format_args!("unknown keyword `{field}`, none is expected")),
            _ => Self::new(format_args!("unknown keyword `{field}`, expected `{}`", expected.join("`, `"))),
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("it is missing").at(Step::Key(field.to_owned()))
    }
}

/// The kind of a value, without the value.
fn kind(found: &serde::de::Unexpected<'_>) -> &'static str {
    use serde::de::Unexpected;
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a float",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map => "a hash",
        Unexpected::Other(text) if text.starts_with("integer") => "an integer of more digits",
        _ => "something else",
    }
}

/// What a visitor says that it expects.
pub(super) fn expectation<'de, V: serde::de::Visitor<'de>>(visitor: &V) -> String {
    struct Expectation<'a, V>(&'a V);

    impl<'de, V: serde::de::Visitor<'de>> fmt::Display for Expectation<'_, V> {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(formatter)
        }
    }
    Expectation(visitor).to_string()
}
