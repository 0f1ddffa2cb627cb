//! What a text of JSON means, for stores that keep nothing else.

/// The text with each string and each number in its shortest form and without blanks. Integers of any size keep their digits,
/// and keys their order.
pub(crate) fn meaning(json: &str) -> String {
    let mut shortest = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => rest.find([',', ']', '}', ' ', '\n']).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            '"' => {
                let text: String = serde_json::from_str(token).expect("a string of a payload is JSON");
                shortest.push_str(&serde_json::to_string(&text).expect("a text is JSON"));
            }
            '-' | '0'..='9' if token.contains(['.', 'e', 'E']) => {
                let number: f64 = token.parse().expect("a number of a payload is JSON");
                shortest.push_str(&format!("{number:?}"));
            }
            ' ' | '\n' => {}
            _ => shortest.push_str(token),
        }
    }
    shortest
}

/// Bytes of the string that a text begins with.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (place, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_value_mean_the_same_and_others_do_not() {
        assert_eq!(meaning(r#"{"a": [1.50, "\u9dfa\"]"]}"#), meaning(r#"{"a":[1.5,"\u9DFA\"]"]}"#));
        assert_eq!(meaning("[170141183460469231731687303715884105728]"), "[170141183460469231731687303715884105728]");
        assert_ne!(meaning("[1]"), meaning("[1.0]"));
        assert_ne!(meaning(r#"{"a":1,"b":2}"#), meaning(r#"{"b":2,"a":1}"#));
        assert_ne!(meaning(r#"["1"]"#), meaning("[1]"));
    }
}
