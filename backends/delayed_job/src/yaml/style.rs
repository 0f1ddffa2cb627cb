//! Nodes for values of our own, in the style that Psych 4.0 chooses (`visitors/yaml_tree.rb`).
//!
//! No text chooses a tag or an anchor, whatever it holds: it is data, and is quoted where Ruby would read it as something
//! else.

use super::breaks::is_odd_break;
use super::{Node, Plain, ScalarStyle, resolve};

/// A string.
pub fn string(text: &str) -> Node {
    match text {
        // A merge key even in quotes.
        "<<" => Node::scalar(text, ScalarStyle::SingleQuoted).tagged("tag:yaml.org,2002:str"),
        _ => Node::scalar(text, string_style(text)),
    }
}

/// `nil`.
pub fn null() -> Node {
    Node::scalar("", ScalarStyle::Plain)
}

/// An integer or a boolean, in the digits or the word that Ruby reads.
pub fn integer(digits: impl Into<String>) -> Node {
    Node::scalar(digits, ScalarStyle::Plain)
}

/// A floating point number as Ruby's `Float#to_s` writes it, so that it is read back as one.
pub fn float(number: f64) -> Node {
    Node::scalar(float_text(number), ScalarStyle::Plain)
}

/// A symbol.
pub fn symbol(name: &str) -> Node {
    let plain = format!(":{name}");
    let is_read_back = resolve(&plain) == Plain::Symbol(name.to_owned());
    let is_on_one_line = !name.contains(|character: char| character.is_control() || is_odd_break(character));
    match is_read_back && is_on_one_line && name.trim() == name {
        true => Node::scalar(plain, ScalarStyle::Plain),
        false if name.is_empty() => null().tagged("!ruby/symbol"),
        false => Node::scalar(name, ScalarStyle::DoubleQuoted).tagged("!ruby/symbol"),
    }
}

/// Bytes that are no UTF-8.
pub fn binary(base64: impl Into<String>) -> Node {
    Node::scalar(base64, ScalarStyle::Literal).tagged("!binary")
}

fn string_style(text: &str) -> ScalarStyle {
    if has_inner_line_end(text) {
        return ScalarStyle::Literal;
    }
    if matches!(text, "y" | "n") || a_line_begins_oddly(text) {
        return ScalarStyle::DoubleQuoted;
    }
    match text.is_empty() || !matches!(resolve(text), Plain::Text(_)) || looks_octal(text) || makes_psych_fail(text) {
        true => ScalarStyle::SingleQuoted,
        false => ScalarStyle::Plain,
    }
}

/// A line end with something after it other than one more line end at the very end.
fn has_inner_line_end(text: &str) -> bool {
    let mut ends = text.match_indices('\n').map(|(place, _)| &text[place + 1..]);
    ends.any(|after| !after.is_empty() && after != "\n")
}

/// Whether a line begins with something other than a letter, digit or underscore, and has no `"` after it.
fn a_line_begins_oddly(text: &str) -> bool {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(place, _)| place + 1));
    starts.any(|start| {
        let mut line = text[start..].chars();
        let begins_oddly = line.next().is_some_and(|first| !is_word_character(first));
        begins_oddly && line.find(|character| matches!(character, '"' | '\n')) != Some('"')
    })
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Octal digits but for an 8 or 9: Psych reads a string, and quotes it all the same.
fn looks_octal(text: &str) -> bool {
    let digits = text.strip_prefix('0').map(|rest| rest.trim_start_matches(|digit| ('0'..='7').contains(&digit)));
    digits.is_some_and(|rest| rest.starts_with(['8', '9']))
}

/// What Psych takes for a number and then cannot read as one: it fails, and with it the whole document. (So does its writer.)
fn makes_psych_fail(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.strip_prefix("0b").or_else(|| unsigned.strip_prefix("0x"));
    let has_no_digit = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'_' | b','));
    let exponent = unsigned.strip_prefix(".e").or_else(|| unsigned.strip_prefix(".E"));
    digits.is_some_and(has_no_digit) || exponent.is_some_and(|exponent| exponent.starts_with(['+', '-']))
}

/// Decimal from 0.0001 to below 1e15 and wherever there is a fraction, else with an exponent of a sign and at least two digits.
fn float_text(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let magnitude = number.abs();
    let has_fraction = number.fract() != 0.0 && magnitude >= 1.0;
    if number == 0.0 || has_fraction || (1e-4..1e15).contains(&magnitude) {
        return format!("{number:?}");
    }
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').expect("this format has an exponent");
    let mantissa = if mantissa.contains('.') { mantissa.to_owned() } else { format!("{mantissa}.0") };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}
