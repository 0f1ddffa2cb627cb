//! Lists of numbers as parameters, `id IN (?)`, and rows of parameters, `{rows}`, for databases that have a mark for each value.

use std::borrow::Cow;

use super::Value;

/// The statement with as many marks as a list has numbers, and its parameters one by one.
pub(super) fn spread<'a>(statement: &'a str, parameters: &mut Vec<Value>) -> Cow<'a, str> {
    if !parameters.iter().any(|value| matches!(value, Value::Integers(_))) {
        return Cow::Borrowed(statement);
    }
    let mut text = String::with_capacity(statement.len());
    let mut parts = statement.split('?');
    text.push_str(parts.next().unwrap_or_default());
    for (value, part) in parameters.iter().zip(parts) {
        match value {
            Value::Integers(numbers) => text.push_str(&marks(numbers.len())),
            _ => text.push('?'),
        }
        text.push_str(part);
    }
    let each = |value| match value {
        Value::Integers(numbers) => numbers.into_iter().map(Value::from).collect(),
        other => vec![other],
    };
    *parameters = std::mem::take(parameters).into_iter().flat_map(each).collect();
    Cow::Owned(text)
}

/// So many parameters.
pub(crate) fn marks(number: usize) -> String {
    let mut text = "?, ".repeat(number);
    text.truncate(text.len().saturating_sub(2));
    text
}

/// So many rows of so many parameters.
pub(crate) fn rows_of_marks(n_rows: usize, n_columns: usize) -> String {
    let mut text = format!("({}), ", marks(n_columns)).repeat(n_rows);
    text.truncate(text.len().saturating_sub(2));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_mark_for_each_number() {
        let mut parameters = vec!["a".into(), Value::Integers(vec![1, 2]), 3_i64.into(), Value::Integers(vec![4])];
        let statement = spread("a = ? AND id IN (?) AND b = ? AND id NOT IN (?)", &mut parameters);
        assert_eq!(statement, "a = ? AND id IN (?, ?) AND b = ? AND id NOT IN (?)");
        let integers = [1_i64, 2, 3, 4].map(Value::from);
        assert_eq!(parameters, [&["a".into()], &integers[..]].concat());
        assert_eq!(spread("a = ?", &mut parameters[..1].to_vec()), "a = ?");
    }

    #[test]
    fn rows_have_a_mark_for_each_value() {
        assert_eq!(rows_of_marks(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!((marks(0), marks(1)), (String::new(), "?".to_owned()));
    }
}
