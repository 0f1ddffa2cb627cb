//! Amounts of memory as people write them: `300000000`, `512M`, `2G`.

/// Suffixes and how many bytes they stand for. As in systemd's unit files, `K` is 1024.
const UNITS: [(&str, u64); 4] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40)];

/// Reads a number of bytes, or a whole number with `K`, `M`, `G` or `T` (also `MiB`, `MB`; always multiples of 1024).
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let number: u64 = number.parse().ok()?;
    let suffix = suffix.strip_suffix("iB").or_else(|| suffix.strip_suffix('B')).unwrap_or(suffix);
    if suffix.is_empty() {
        return Some(number);
    }
    let (_, unit) = UNITS.into_iter().find(|(name, _)| *name == suffix)?;
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_bytes_and_suffixes() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("1000"), Some(1000));
        assert_eq!(parse("512M"), Some(512 << 20));
        assert_eq!(parse("512MB"), Some(512 << 20));
        assert_eq!(parse("2GiB"), Some(2 << 30));
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", "M", "-1", "1.5G", "1 G", "1m", "99999999999T", "18446744073709551616"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
