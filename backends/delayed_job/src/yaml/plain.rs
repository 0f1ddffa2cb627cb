//! What Ruby takes a bare scalar for: a mix of YAML 1.1 and rules of its own (Psych 4.0, `scalar_scanner.rb`).
//!
//! A YAML 1.2 library would make numbers of strings that Ruby writes bare, such as `1e3` and `0o17`.

mod moment;
mod number;

pub use moment::{Moment, Zone};

/// The meaning of a bare scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// `nil`
    Null,
    /// `true` and `false`
    Bool(bool),
    /// The decimal digits of an integer of any size, with a `-` if it is negative.
    Integer(String),
    /// A floating point number; may be infinite or NaN.
    Float(f64),
    /// The name of a symbol, without its colon.
    Symbol(String),
    /// A day, as `YYYY-MM-DD`.
    Date(String),
    /// A moment, with the zone that it was written in.
    Time(Moment),
    /// A string.
    Text(String),
}

/// What a bare scalar means to Ruby.
pub fn resolve(text: &str) -> Plain {
    if text.is_empty() {
        return Plain::Null;
    }
    if text.contains('\n') {
        return Plain::Text(text.to_owned());
    }
    word(text)
        .or_else(|| symbol(text))
        .or_else(|| moment::time(text).map(Plain::Time))
        .or_else(|| moment::date(text).map(Plain::Date))
        .or_else(|| number::special_float(text).map(Plain::Float))
        .or_else(|| number::sexagesimal(text))
        .or_else(|| number::float(text).map(Plain::Float))
        .or_else(|| number::integer(text).map(Plain::Integer))
        .unwrap_or_else(|| Plain::Text(text.to_owned()))
}

fn word(text: &str) -> Option<Plain> {
    if text == "~" {
        return Some(Plain::Null);
    }
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match () {
        () if is(&["null"]) => Some(Plain::Null),
        () if is(&["true", "yes", "on"]) => Some(Plain::Bool(true)),
        () if is(&["false", "no", "off"]) => Some(Plain::Bool(false)),
        () => None,
    }
}

/// A colon and more: `:a b`. What stands between quotes right behind the colon is the name, and loses a colon of its own.
fn symbol(text: &str) -> Option<Plain> {
    let name = text.strip_prefix(':').filter(|name| !name.is_empty())?;
    let quoted = ['"', '\''].into_iter().find_map(|quote| Some(name.strip_prefix(quote)?.rsplit_once(quote)?.0));
    let name = quoted.map_or(name, |quoted| quoted.strip_prefix(':').unwrap_or(quoted));
    Some(Plain::Symbol(name.to_owned()))
}
