//! Arguments as Ruby's `inspect` shows them, for logs and listings.

use super::decode::{split_array, split_object, string_content};
use super::markers::{GLOBALID, INDIFFERENT_ACCESS, RUBY2_KEYWORDS, SERIALIZED, SYMBOL_KEYS};

/// How deep values are shown; what lies below is `…`.
const DEEPEST: usize = 32;

/// Each argument of a serialized list as Ruby 3.4's `inspect` shows it: `"text"`, `1`, `nil`, `:symbol`, `{count: 2}`; a
/// record by its GlobalID, a value of another serializer by the text or number in it. What is no list is shown as it is.
///
/// ```
/// use egret::arguments::inspect_arguments;
///
/// assert_eq!(inspect_arguments(r#"["x", 1, {"k": null, "_aj_symbol_keys": ["k"]}]"#), [r#""x""#, "1", "{k: nil}"]);
/// ```
pub fn inspect_arguments(arguments: &str) -> Vec<String> {
    match split_array(arguments) {
        Ok(elements) => elements.into_iter().map(|element| inspect(element, 0)).collect(),
        Err(_) => vec![arguments.to_owned()],
    }
}

fn inspect(text: &str, depth: usize) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    match text.as_bytes().first() {
        Some(b'"') => string_content(text).map_or_else(|_| text.to_owned(), |content| quote(&content)),
        Some(b'[') => list(text, depth),
        Some(b'{') => hash(text, depth),
        Some(b'n') => "nil".to_owned(),
        _ => text.to_owned(),
    }
}

fn list(text: &str, depth: usize) -> String {
    let Ok(elements) = split_array(text) else { return text.to_owned() };
    let elements: Vec<String> = elements.into_iter().map(|element| inspect(element, depth + 1)).collect();
    format!("[{}]", elements.join(", "))
}

fn hash(text: &str, depth: usize) -> String {
    let Ok(entries) = split_object(text) else { return text.to_owned() };
    let value_of = |key: &str| entries.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
    if let Some(id) = value_of(GLOBALID) {
        return string_content(id).map_or_else(|_| text.to_owned(), |id| id.into_owned());
    }
    if let Some(serializer) = value_of(SERIALIZED) {
        return serialized(serializer, value_of("value"), depth).unwrap_or_else(|| text.to_owned());
    }
    let mut symbols = Vec::new();
    for list in [SYMBOL_KEYS, RUBY2_KEYWORDS].into_iter().filter_map(value_of) {
        for key in split_array(list).unwrap_or_default() {
            symbols.extend(string_content(key).ok());
        }
    }
    let shown = entries.iter().filter(|(key, _)| !is_mark(key)).map(|(key, value)| {
        let value = inspect(value, depth + 1);
        match symbols.contains(key) {
            true => format!("{}: {value}", if is_plain(key) { key.to_string() } else { quote(key) }),
            false => format!("{} => {value}", quote(key)),
        }
    });
    format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
}

/// A value that a serializer wrote: its text or number, or the name of its kind and its parts.
fn serialized(serializer: &str, value: Option<&str>, depth: usize) -> Option<String> {
    let name = string_content(serializer).ok()?;
    let value = value?;
    if name.ends_with("::SymbolSerializer") {
        let content = string_content(value).ok()?;
        return Some(if is_plain(&content) { format!(":{content}") } else { format!(":{}", quote(&content)) });
    }
    match value.as_bytes().first() {
        Some(b'"') => string_content(value).ok().map(|content| content.into_owned()),
        _ => Some(inspect(value, depth + 1)),
    }
}

fn is_mark(key: &str) -> bool {
    [SYMBOL_KEYS, RUBY2_KEYWORDS, INDIFFERENT_ACCESS].contains(&key)
}

/// Whether a symbol needs no quotes.
fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// A string as Ruby writes it: letters of any script as they are.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(arguments: &str) -> String {
        inspect_arguments(arguments).join(", ")
    }

    #[test]
    fn plain_values_are_shown_as_in_ruby() {
        assert_eq!(
            shown(r#"["鷺", 1, 1.5, true, null, 123456789012345678901234567890]"#),
            r#""鷺", 1, 1.5, true, nil, 123456789012345678901234567890"#
        );
        assert_eq!(shown(r#"["a\"b\\\n\u0007", [1, ["x"]]]"#), r#""a\"b\\\n\u0007", [1, ["x"]]"#);
        assert_eq!(shown("[]"), "");
    }

    #[test]
    fn hashes_show_which_keys_are_symbols() {
        assert_eq!(shown(r#"[{"a": 1, "b c": 2, "_aj_symbol_keys": ["a", "b c"]}]"#), r#"{a: 1, "b c": 2}"#);
        assert_eq!(shown(r#"[{"a": {"x": 1}, "_aj_symbol_keys": []}]"#), r#"{"a" => {"x" => 1}}"#);
        assert_eq!(shown(r#"[{"copies": 2, "_aj_ruby2_keywords": ["copies"]}]"#), "{copies: 2}");
        assert_eq!(shown(r#"[{"a": 1, "_aj_hash_with_indifferent_access": true}]"#), r#"{"a" => 1}"#);
    }

    #[test]
    fn values_of_serializers_show_what_they_hold() {
        assert_eq!(shown(r#"[{"_aj_globalid": "gid://app/Person/5"}]"#), "gid://app/Person/5");
        let symbol = r#"[{"_aj_serialized": "ActiveJob::Serializers::SymbolSerializer", "value": "monthly"}]"#;
        assert_eq!(shown(symbol), ":monthly");
        let date = r#"[{"_aj_serialized": "ActiveJob::Serializers::DateSerializer", "value": "2030-01-31"}]"#;
        assert_eq!(shown(date), "2030-01-31");
    }

    #[test]
    fn what_is_no_list_or_too_deep_is_no_panic() {
        assert_eq!(shown("{}"), "{}");
        assert_eq!(shown("nonsense"), "nonsense");
        let deep = "[".repeat(100) + &"]".repeat(100);
        assert!(shown(&deep).contains('…'));
    }
}
