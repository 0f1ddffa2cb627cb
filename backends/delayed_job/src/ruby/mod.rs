//! Ruby's values, as data.
//!
//! A [`Value`] says what a document means to Ruby; it is not what Ruby would build. Objects stay the name of their class
//! and their variables, records stay a class and a key.

mod argument;
mod build;
mod decimal;
mod merge;
mod tagged;

pub use argument::{OPAQUE, argument, positional};
pub use build::value;

use crate::yaml::{Moment, Node};

/// What a node means to Ruby.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `nil`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer of any size in decimal digits.
    Integer(String),
    /// A float; may be infinite or NaN.
    Float(f64),
    /// A string.
    Text(String),
    /// Bytes that are no text, in base 64.
    Binary(String),
    /// A symbol's name.
    Symbol(String),
    /// A `BigDecimal` without exponent, for example `1.5`.
    Decimal(String),
    /// Numerator and denominator.
    Rational(Box<[Self; 2]>),
    /// Real and imaginary part.
    Complex(Box<[Self; 2]>),
    /// A day, as `YYYY-MM-DD`.
    Date(String),
    /// A `Time`.
    Time(Moment),
    /// A `DateTime`.
    DateTime(Moment),
    /// A regular expression, with its slashes and options.
    Regexp(String),
    /// A range.
    Range {
        /// Its bounds.
        bounds: Box<[Self; 2]>,
        /// Whether the upper bound is left out.
        excludes_end: bool,
    },
    /// The name of a class.
    Class(String),
    /// The name of a module.
    Module(String),
    /// An array.
    List(Vec<Self>),
    /// A hash in the order of its keys, each of which it has once.
    Map(Vec<(Self, Self)>),
    /// A hash that takes a symbol for the string of its name.
    IndifferentMap(Vec<(Self, Self)>),
    /// A set.
    Set(Vec<Self>),
    /// A record of a database: Ruby fetches it anew, so only these two count.
    Record {
        /// Its class.
        class: String,
        /// Its primary key.
        id: Box<Self>,
    },
    /// A struct with its members.
    Struct {
        /// Its class.
        class: String,
        /// Names and values.
        members: Vec<(String, Self)>,
    },
    /// Any other object with its variables.
    Object {
        /// Its class.
        class: String,
        /// Names and values.
        variables: Vec<(String, Self)>,
    },
    /// What has a tag that is not known here.
    Unknown(Box<Node>),
}

impl Value {
    /// The name of its class in Ruby.
    pub fn class(&self) -> &str {
        match self {
            Self::Null => "NilClass",
            Self::Bool(true) => "TrueClass",
            Self::Bool(false) => "FalseClass",
            Self::Integer(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Text(_) | Self::Binary(_) => "String",
            Self::Symbol(_) => "Symbol",
            Self::Decimal(_) => "BigDecimal",
            Self::Rational(_) => "Rational",
            Self::Complex(_) => "Complex",
            Self::Date(_) => "Date",
            Self::Time(_) => "Time",
            Self::DateTime(_) => "DateTime",
            Self::Regexp(_) => "Regexp",
            Self::Range { .. } => "Range",
            Self::Class(_) => "Class",
            Self::Module(_) => "Module",
            Self::List(_) => "Array",
            Self::Map(_) => "Hash",
            Self::IndifferentMap(_) => "ActiveSupport::HashWithIndifferentAccess",
            Self::Set(_) => "Set",
            Self::Record { class, .. } | Self::Struct { class, .. } | Self::Object { class, .. } => class,
            Self::Unknown(_) => "Object",
        }
    }

    /// The text of a string or the name of a symbol.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Symbol(text) => Some(text),
            _ => None,
        }
    }
}
