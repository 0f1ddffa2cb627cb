//! Durations in attributes.

use std::time::Duration;

use syn::{Error, Lit, Result};

/// Units by their suffix, in seconds; `ms` before `s`, which it ends with.
const UNITS: [(&str, f64); 5] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

/// Reads `"10s"` or a number of seconds.
pub(crate) fn from_literal(literal: &Lit) -> Result<Duration> {
    let duration = match literal {
        Lit::Str(text) => parse(&text.value()),
        Lit::Int(number) if number.suffix().is_empty() => parse(number.base10_digits()),
        Lit::Float(number) if number.suffix().is_empty() => parse(number.base10_digits()),
        _ => None,
    };
    duration.ok_or_else(|| {
        Error::new(
            literal.span(),
            "expected a duration such as \"250ms\", \"10s\", \"5m\", \"6h\" or \"1d\", or seconds",
        )
    })
}

fn parse(text: &str) -> Option<Duration> {
    let with_unit = UNITS.iter().find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)));
    let (number, unit) = with_unit.unwrap_or((text, 1.0));
    // `f64` would also take signs, exponents and `inf`.
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_with_and_without_units() {
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse("4.5"), Some(Duration::from_millis(4_500)));
        assert_eq!(parse("5m"), Some(Duration::from_secs(300)));
        assert_eq!(parse("1d"), Some(Duration::from_secs(86_400)));
        for text in ["", "s", "-1s", "1e3", "1 s", "soon", "1h30m", "inf"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
