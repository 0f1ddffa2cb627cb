//! `BigDecimal`, which Ruby dumps as a precision, a colon and digits with an exponent: `18:0.15e1`.

/// The number without exponent, as Active Support writes it: `1.5`. `None` when it is no number, or too long to be one
/// that somebody meant.
pub(super) fn plain_notation(dumped: &str) -> Option<String> {
    let text = dumped.split_once(':').map_or(dumped, |(_, number)| number);
    if matches!(text, "NaN" | "Infinity" | "-Infinity") {
        return Some(text.to_owned());
    }
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let exponent: i64 = exponent.parse().ok()?;
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    if point.abs() > MOST_ZEROS {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let (before, after) = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => (format!("{digits:0<point$}"), String::new()),
        Ok(point) => (digits[..point].to_owned(), digits[point..].to_owned()),
        Err(_) => (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))),
    };
    let (before, after) = (before.trim_start_matches('0'), after.trim_end_matches('0'));
    let or_zero = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
    Some(format!("{sign}{}.{}", or_zero(before), or_zero(after)))
}

const MOST_ZEROS: i64 = 1_000;

#[cfg(test)]
mod tests {
    use super::plain_notation;

    #[test]
    fn writes_numbers_out() {
        let cases = [
            ("18:0.15e1", "1.5"),
            ("9:0.1e-2", "0.001"),
            ("9:-0.12e4", "-1200.0"),
            ("9:0.0", "0.0"),
            ("1.5", "1.5"),
            ("NaN", "NaN"),
        ];
        for (dumped, expected) in cases {
            assert_eq!(plain_notation(dumped).as_deref(), Some(expected), "{dumped}");
        }
        for wrong in ["", "x", "1e999999999999", "1e99999", ".", "1.2.3"] {
            assert_eq!(plain_notation(wrong), None, "{wrong}");
        }
    }
}
