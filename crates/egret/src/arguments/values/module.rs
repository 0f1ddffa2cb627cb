//! Ruby's modules and classes.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fields::{read_text, write_text};
use crate::arguments::markers::serializer;

/// A module or class of Ruby by the name of its constant, for example `Billing::Invoice`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Module(pub String);

impl From<&str> for Module {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl Serialize for Module {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_text(serializer, serializer::MODULE, &self.0)
    }
}

impl<'de> Deserialize<'de> for Module {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(read_text(deserializer, serializer::MODULE, "a Module or Class")?.into_owned()))
    }
}
