//! Numbers: `_` and `,` within, other bases, base 60, floats that need a dot.

use super::Plain;

/// `.inf`, `-.inf`, `.nan` in any case.
pub(super) fn special_float(text: &str) -> Option<f64> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    match () {
        () if is(".inf") || is("+.inf") => Some(f64::INFINITY),
        () if is("-.inf") => Some(f64::NEG_INFINITY),
        () if is(".nan") => Some(f64::NAN),
        () => None,
    }
}

/// Digits, a dot, digits, and an exponent with a sign: `1.5e+3`. Without a dot or that sign it is a string.
pub(super) fn float(text: &str) -> Option<f64> {
    let unsigned = without_sign(text);
    let (whole, rest) = unsigned.split_once('.')?;
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(place) => (&rest[..place], Some(&rest[place + 1..])),
        None => (rest, None),
    };
    let exponent_is_fit = exponent.is_none_or(|exponent| {
        exponent.strip_prefix(['+', '-']).is_some_and(|digits| !digits.is_empty() && all_digits(digits))
    });
    let whole_is_fit =
        whole.is_empty() || (starts_with_digit(whole) && all(whole, |byte| is_digit(byte) || is_filler(byte)));
    if !whole_is_fit || !all_digits(fraction) || !exponent_is_fit {
        return None;
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = without_fillers(text);
    digits.parse().ok()
}

/// The decimal digits of an integer: base 2 behind `0b`, 8 behind `0`, 16 behind `0x`, else 10.
pub(super) fn integer(text: &str) -> Option<String> {
    let unsigned = without_sign(text);
    let (digits, radix) = match unsigned.strip_prefix('0') {
        None if is_decimal(unsigned) => (unsigned, 10),
        None => return None,
        Some("") => (unsigned, 10),
        Some(rest) if rest.starts_with('b') => (&rest[1..], 2),
        Some(rest) if rest.starts_with('x') => (&rest[1..], 16),
        Some(rest) => (rest, 8),
    };
    let is_fit = |byte: u8| is_filler(byte) || char::from(byte).is_digit(radix);
    if digits.is_empty() || !all(digits, is_fit) {
        return None;
    }
    let digits = without_fillers(digits);
    let magnitude = match radix {
        10 => digits,
        _ if digits.is_empty() && radix == 8 => "0".to_owned(),
        _ => in_decimal(&digits, radix)?,
    };
    let is_negative = text.starts_with('-') && magnitude != "0";
    Some(if is_negative { format!("-{magnitude}") } else { magnitude })
}

/// `1`, `1,000`, `1_0`: no filler at the end, none after another.
fn is_decimal(digits: &str) -> bool {
    let mut may_fill = false;
    for byte in digits.bytes() {
        match byte {
            byte if is_digit(byte) => may_fill = true,
            byte if is_filler(byte) && may_fill => may_fill = false,
            _ => return false,
        }
    }
    may_fill
}

/// Two or three groups with colons, the later ones below 60: `12:30` is 45000. Ruby gives the first of two groups the
/// weight of hours.
pub(super) fn sexagesimal(text: &str) -> Option<Plain> {
    let groups: Vec<&str> = text.split(':').collect();
    let (first, later) = groups.split_first()?;
    let (last, middle) = later.split_last()?;
    if groups.len() > 3 || !is_first_group(without_sign(first)) || !middle.iter().all(|group| is_group(group)) {
        return None;
    }
    match last.split_once('.') {
        Some((whole, fraction)) if is_group(whole) && all(fraction, |byte| is_digit(byte) || byte == b'_') => {
            let sum = groups.iter().zip(WEIGHTS).map(|(group, weight)| leading_float(group) * weight as f64);
            Some(Plain::Float(sum.sum()))
        }
        None if is_group(last) => {
            let mut sum: i128 = 0;
            for (group, weight) in groups.iter().zip(WEIGHTS) {
                let number: i128 = without_fillers(group).parse().ok()?;
                sum = sum.checked_add(number.checked_mul(i128::from(weight))?)?;
            }
            Some(Plain::Integer(sum.to_string()))
        }
        _ => None,
    }
}

const WEIGHTS: [u32; 3] = [3600, 60, 1];

fn is_first_group(group: &str) -> bool {
    starts_with_digit(group) && all(group, |byte| is_digit(byte) || byte == b'_')
}

fn is_group(group: &str) -> bool {
    match group.as_bytes() {
        [units] => is_digit(*units),
        [tens, units] => (b'0'..=b'5').contains(tens) && is_digit(*units),
        _ => false,
    }
}

/// As Ruby's `to_f`: as much of the text as is a number.
fn leading_float(group: &str) -> f64 {
    without_fillers(group).trim_end_matches('.').parse().unwrap_or(0.0)
}

/// Digits of a power of two as base as decimal ones. Longer than any number that somebody meant, they are no number.
fn in_decimal(digits: &str, radix: u32) -> Option<String> {
    if digits.is_empty() || digits.len() > LONGEST_OTHER_BASE {
        return None;
    }
    let mut decimal: Vec<u8> = vec![0];
    for digit in digits.chars() {
        let mut carry = digit.to_digit(radix)?;
        for place in &mut decimal {
            let value = u32::from(*place) * radix + carry;
            *place = u8::try_from(value % 10).expect("a remainder of ten is a digit");
            carry = value / 10;
        }
        while carry > 0 {
            decimal.push(u8::try_from(carry % 10).expect("a remainder of ten is a digit"));
            carry /= 10;
        }
    }
    Some(decimal.iter().rev().map(|digit| char::from(b'0' + digit)).collect())
}

/// Conversion between bases takes the square of the length.
const LONGEST_OTHER_BASE: usize = 1_000;

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn without_fillers(text: &str) -> String {
    text.trim_start_matches('+').chars().filter(|character| !matches!(character, '_' | ',')).collect()
}

fn starts_with_digit(text: &str) -> bool {
    text.bytes().next().is_some_and(is_digit)
}

fn all_digits(text: &str) -> bool {
    all(text, is_digit)
}

fn all(text: &str, is_fit: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(is_fit)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn is_filler(byte: u8) -> bool {
    matches!(byte, b'_' | b',')
}
