//! The errors that a rule speaks of.

use std::any::type_name;
use std::borrow::Cow;
use std::error::Error as StdError;

/// One class of errors in a `retry_on` or `discard_on`.
#[derive(Clone, Debug)]
pub struct ErrorClass {
    name: Cow<'static, str>,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// A Rust type.
    Type(fn(&(dyn StdError + 'static)) -> bool),
    /// Any error that reports the class by this name, also one from another language.
    Name,
}

impl ErrorClass {
    /// The errors of a type, under the type's own name.
    pub fn of<E: StdError + 'static>() -> Self {
        Self::of_named::<E>(class_name::<E>())
    }

    /// The errors of a type, under the name that Ruby knows them by, for example `Billing::CardError`.
    pub fn of_named<E: StdError + 'static>(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), form: Form::Type(|error| error.is::<E>()) }
    }

    /// The errors whose class has this name, whatever their type; in Ruby, a class given as a string.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), form: Form::Name }
    }

    /// How Ruby shows it in a list: strings have quotes.
    pub(super) fn inspect(&self) -> String {
        match self.form {
            Form::Type(_) => self.name.clone().into_owned(),
            Form::Name => format!("{:?}", self.name),
        }
    }

    /// Whether the error is one of the class. `class` is the name that it reports, known for the outermost error only.
    pub(super) fn matches(&self, error: &(dyn StdError + 'static), class: Option<&str>) -> bool {
        match self.form {
            Form::Type(is_one) => is_one(error),
            Form::Name => class == Some(&*self.name),
        }
    }
}

/// The name of an error's type without the paths of its modules: `CardError` for `billing::errors::CardError`.
pub(super) fn class_name<E: ?Sized>() -> String {
    let mut name = String::new();
    for part in type_name::<E>().split_inclusive(|character: char| !character.is_alphanumeric() && character != '_') {
        // A path's segment ends in a colon, and so does the rest of its `::`.
        if !part.ends_with(':') {
            name.push_str(part);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_module_paths() {
        assert_eq!(class_name::<std::io::Error>(), "Error");
        assert_eq!(class_name::<std::num::ParseIntError>(), "ParseIntError");
        assert_eq!(class_name::<Result<Vec<std::io::Error>, std::fmt::Error>>(), "Result<Vec<Error>, Error>");
        assert_eq!(class_name::<[u8]>(), "[u8]");
    }
}
