//! Arguments of sentences.

use fluent_bundle::FluentValue;

/// An argument of a sentence: a text, or a number by which a language may choose between forms. A number is shown with
/// its digits grouped by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextValue {
    /// A text, shown as it is.
    Text(String),
    /// A whole number.
    Number(u64),
}

impl TextValue {
    pub(super) fn to_fluent(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => FluentValue::from(text.clone()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

/// The number with its digits in groups of three.
pub(super) fn grouped(number: f64) -> String {
    let plain = format!("{number}");
    let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let digits = whole.trim_start_matches('-');
    let mut text = String::with_capacity(plain.len() + digits.len() / 3);
    text.push_str(&whole[..whole.len() - digits.len()]);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    fraction.into_iter().for_each(|fraction| text.extend([".", fraction]));
    text
}

impl From<&str> for TextValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TextValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for TextValue {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for TextValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for TextValue {
    /// A number below zero becomes a text.
    fn from(number: i32) -> Self {
        u64::try_from(number).map_or_else(|_| Self::Text(number.to_string()), Self::Number)
    }
}

impl From<usize> for TextValue {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let shown: Vec<String> = [0.0, 7.0, 999.0, 1_000.0, 41_200.5, 1_234_567.0, -1_000.0].map(grouped).to_vec();
        assert_eq!(shown, ["0", "7", "999", "1,000", "41,200.5", "1,234,567", "-1,000"]);
    }
}
