//! JSON as Ruby writes it.
//!
//! Sidekiq's `SortedEntry#reschedule` finds a member of a sorted set by reading and writing it again (`lib/sidekiq/api.rb`,
//! 6.4 to 8.1). A member that Ruby would have written otherwise is not found then, but doubled. So what goes into a sorted
//! set is written as Ruby's `json` would: no blanks, no needless escapes, numbers as `Float#to_s` shows them.

use std::borrow::Cow;

/// The text as Ruby would write it; `json` must be JSON.
pub(super) fn as_ruby_writes(json: &str) -> Cow<'_, str> {
    if is_plain(json) {
        return Cow::Borrowed(json);
    }
    let mut written = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => copy_string(rest, &mut written),
            '-' | '0'..='9' => copy_number(rest, &mut written),
            ' ' | '\t' | '\n' | '\r' => 1,
            other => {
                written.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(written)
}

/// Whether nothing in the text could be written otherwise, at a glance.
fn is_plain(json: &str) -> bool {
    let mut is_in_string = false;
    for byte in json.bytes() {
        match byte {
            b'\\' => return false,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b' ' | b'\t' | b'\n' | b'\r' | b'.' => return false,
            // An exponent, or the letter of `true` and `false`: looked at closely.
            b'E' => return false,
            _ => {}
        }
    }
    !has_exponent(json)
}

fn has_exponent(json: &str) -> bool {
    json.as_bytes().windows(2).any(|pair| pair[0].is_ascii_digit() && matches!(pair[1], b'e' | b'E'))
}

/// Copies the string at the beginning, and answers its length.
fn copy_string(json: &str, written: &mut String) -> usize {
    let mut length = 1;
    let mut has_escapes = false;
    let bytes = json.as_bytes();
    while length < bytes.len() && bytes[length] != b'"' {
        has_escapes |= bytes[length] == b'\\';
        length += if bytes[length] == b'\\' { 2 } else { 1 };
    }
    let end = (length + 1).min(json.len());
    let string = &json[..end];
    match serde_json::from_str::<String>(string).ok().filter(|_| has_escapes) {
        // `serde_json` escapes what Ruby escapes: quotes, backslashes and control characters, the latter in lower case.
        Some(text) => written.push_str(&serde_json::to_string(&text).expect("a text is JSON")),
        // Without escapes, or with half of a pair that no text can hold.
        None => written.push_str(string),
    }
    end
}

/// Copies the number at the beginning, and answers its length.
fn copy_number(json: &str, written: &mut String) -> usize {
    let length = json.find(|sign: char| !matches!(sign, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(json.len());
    let number = &json[..length];
    match number.contains(['.', 'e', 'E']).then(|| number.parse::<f64>()) {
        Some(Ok(float)) if float.is_finite() => written.push_str(&float_as_ruby_shows(float)),
        _ => written.push_str(number),
    }
    length
}

/// `Float#to_s` (Ruby 2.7 to 3.4, `numeric.c`, `flo_to_s`): with an exponent of at least two digits outside 10⁻⁴ to 10¹⁶.
fn float_as_ruby_shows(float: f64) -> String {
    let magnitude = float.abs();
    if magnitude == 0.0 || (1e-4..1e16).contains(&magnitude) {
        let mut shown = format!("{float}");
        if !shown.contains('.') {
            shown.push_str(".0");
        }
        return shown;
    }
    let shown = format!("{float:e}");
    let (digits, exponent) = shown.split_once('e').expect("an exponent was asked for");
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_ruby_shows_them() {
        for (json, expected) in [
            ("1e16", "1.0e+16"),
            ("1e-5", "1.0e-05"),
            ("1.50", "1.5"),
            ("100000.0", "100000.0"),
            ("1e5", "100000.0"),
            ("9999999999999998.0", "9999999999999998.0"),
            ("1.2345e+300", "1.2345e+300"),
            ("0.0001", "0.0001"),
            ("-0.00001234", "-1.234e-05"),
            ("-0.0", "-0.0"),
            ("170141183460469231731687303715884105728", "170141183460469231731687303715884105728"),
        ] {
            assert_eq!(as_ruby_writes(json), expected, "{json}");
        }
    }

    #[test]
    fn blanks_and_needless_escapes_go() {
        for (json, expected) in [
            (r#"{ "a" : [ 1 , "b c" ] }"#, r#"{"a":[1,"b c"]}"#),
            (r#"["\/\u00e9\ud83e\udda2\u0001\n\"\\"]"#, "[\"/é🦢\\u0001\\n\\\"\\\\\"]"),
            (r#"["\ud800 lone"]"#, r#"["\ud800 lone"]"#),
            (r#"{"a":true,"e":false}"#, r#"{"a":true,"e":false}"#),
        ] {
            assert_eq!(as_ruby_writes(json), expected, "{json}");
        }
    }
}
