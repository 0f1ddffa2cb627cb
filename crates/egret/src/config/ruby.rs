//! Where Ruby reads a value differently: its YAML is 1.1, read by the rules of Psych.
//!
//! A `config/job.yml` that a Rails application shares with Egret must mean the same to both. Source: Ruby's psych 5,
//! `lib/psych/scalar_scanner.rb`.

use granit_parser::{Event, Parser, ScalarStyle};

use super::error::Problem;
use super::value::Origin;
use crate::language::Sentence;

/// How Ruby reads a value, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    reads: Sentence,
    instead: Sentence,
}

/// What is to be said about the plain values and keys of a text. A text that is no YAML is another matter.
pub(super) fn remarks(text: &str, origin: &dyn Fn(u64) -> Origin) -> Vec<Problem> {
    let mut remarks = Vec::new();
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        let Event::Scalar(value, ScalarStyle::Plain, _, None) = event else { continue };
        let Some(Reading { reads, instead }) = reading(&value) else { continue };
        let line = u64::try_from(span.start.line()).unwrap_or(u64::MAX);
        let message = Sentence::new("config-ruby-reads").with("value", &*value).with_part("reads", reads);
        let hint = Sentence::new("config-ruby-write").with_part("instead", instead);
        remarks.push(Problem::new(&origin(line), message).with_hint(hint));
    }
    remarks
}

/// `None` where both read the same, and it is what a person means who writes it.
fn reading(text: &str) -> Option<Reading> {
    let quoted = || Sentence::new("config-ruby-quoted").with("value", text);
    let instead =
        |value: String| Sentence::new("config-ruby-instead").with("value", value).with_part("quoted", quoted());
    let number = |number: i64| Reading {
        reads: Sentence::new("config-ruby-number").with("number", number.to_string()),
        instead: instead(number.to_string()),
    };
    if let Some(name) = text.strip_prefix(':').filter(|name| !name.is_empty()) {
        let reads = Sentence::new("config-ruby-symbol").with("name", name);
        return Some(Reading { reads, instead: Sentence::new("config-ruby-no-colon").with("name", name) });
    }
    if let Some(truth) = truth(text) {
        let reads = Sentence::new("config-ruby-boolean").with("truth", truth.to_string());
        return Some(Reading { reads, instead: instead(truth.to_string()) });
    }
    if is_date(text) {
        return Some(Reading { reads: Sentence::new("config-ruby-date"), instead: quoted() });
    }
    if is_scientific(text) || text.starts_with("0o") && text.len() > 2 {
        let instead = Sentence::new("config-ruby-digits").with_part("quoted", quoted());
        return Some(Reading { reads: Sentence::new("config-ruby-text"), instead });
    }
    octal(text).or_else(|| binary(text)).or_else(|| sexagesimal(text)).or_else(|| separated(text)).map(number)
}

/// `yes`, `no`, `on`, `off` in any case; `true` and `false` are no surprise.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" => Some(true),
        "no" | "off" => Some(false),
        _ => None,
    }
}

fn sign(text: &str) -> (i64, &str) {
    match text.strip_prefix(['-', '+']) {
        Some(rest) if text.starts_with('-') => (-1, rest),
        Some(rest) => (1, rest),
        None => (1, text),
    }
}

/// Digits without the separators that Ruby skips.
fn digits(text: &str, radix: u32) -> Option<i64> {
    let plain: String = text.chars().filter(|letter| !"_,".contains(*letter)).collect();
    i64::from_str_radix(&plain, radix).ok()
}

/// `012` is 10.
fn octal(text: &str) -> Option<i64> {
    let (sign, rest) = sign(text);
    let rest = rest.strip_prefix('0')?;
    let is_octal = rest.chars().all(|letter| ('0'..='7').contains(&letter) || "_,".contains(letter));
    if is_octal { Some(sign * digits(rest, 8)?) } else { None }
}

/// `0b11` is 3.
fn binary(text: &str) -> Option<i64> {
    let (sign, rest) = sign(text);
    let rest = rest.strip_prefix("0b")?;
    let is_binary = !rest.is_empty() && rest.chars().all(|letter| "01_,".contains(letter));
    if is_binary { Some(sign * digits(rest, 2)?) } else { None }
}

/// `12:30` is 750, as minutes and seconds; one more part makes hours of them.
fn sexagesimal(text: &str) -> Option<i64> {
    let (sign, rest) = sign(text);
    let parts: Vec<&str> = rest.split(':').collect();
    let (first, others) = parts.split_first()?;
    let is_number =
        |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit() || letter == '_');
    let is_part = |text: &&str| is_number(text) && text.len() <= 2 && digits(text, 10).is_some_and(|part| part < 60);
    if !(1..=2).contains(&others.len()) || !is_number(first) || !others.iter().all(is_part) {
        return None;
    }
    let mut value = digits(first, 10)?;
    for part in others {
        value = value.checked_mul(60)?.checked_add(digits(part, 10)?)?;
    }
    Some(sign * value)
}

/// `1_000` and `1,000` are 1000.
fn separated(text: &str) -> Option<i64> {
    let (sign, rest) = sign(text);
    let has_separator = rest.contains(['_', ',']);
    let parts_are_digits =
        rest.split(['_', ',']).all(|part| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit()));
    if has_separator && parts_are_digits && !rest.starts_with('0') { Some(sign * digits(rest, 10)?) } else { None }
}

/// `2026-01-31`, with or without a time.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let all_digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
    year.len() == 4
        && all_digits(year)
        && all_digits(month)
        && month.len() <= 2
        && (1..=2).contains(&day.len())
        && matches!(rest[day.len()..].chars().next(), None | Some('T' | 't' | ' '))
}

/// `1e3`: a number only with a point and a sign in it (`1.0e+3`).
fn is_scientific(text: &str) -> bool {
    let (_, rest) = sign(text);
    let Some((mantissa, exponent)) = rest.split_once(['e', 'E']) else { return false };
    let (_, power) = sign(exponent);
    let all_digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    let is_number = all_digits(power) && mantissa.split('.').all(all_digits);
    is_number && (!mantissa.contains('.') || power.len() == exponent.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<String> {
        reading(text).map(|reading| reading.reads.to_string())
    }

    #[test]
    fn knows_how_ruby_reads_numbers() {
        for (text, number) in [
            ("012", 10),
            ("-012", -10),
            ("00", 0),
            ("0_7", 7),
            ("0b101", 5),
            ("12:30", 750),
            ("1:00:00", 3600),
            ("-1:30", -90),
            ("1_000", 1000),
            ("1,000", 1000),
        ] {
            assert_eq!(reads(text), Some(format!("the number {number}")), "{text}");
        }
    }

    #[test]
    fn knows_words_symbols_and_dates() {
        assert_eq!(reads("yes").as_deref(), Some("the boolean true"));
        assert_eq!(reads("Off").as_deref(), Some("the boolean false"));
        assert_eq!(reads(":service").as_deref(), Some("the symbol `service`, which is no text"));
        assert!(reads("2026-01-31").is_some_and(|reads| reads.contains("date")));
        assert!(reads("2026-1-3 10:00:00").is_some_and(|reads| reads.contains("date")));
        for text in ["1e3", "1.5e3", "0o17"] {
            assert_eq!(reads(text).as_deref(), Some("a text"), "{text}");
        }
    }

    #[test]
    fn is_silent_about_what_both_read_alike() {
        for text in [
            "",
            "~",
            "null",
            "true",
            "false",
            "0",
            "10",
            "-5",
            "1.5",
            "1.0e+3",
            "0x1F",
            "08",
            "10s",
            "job:service",
            "y",
            "n",
            "default",
            "service",
            "12:75",
            "12:30:30:30",
            "a,b",
            "1,",
            ":",
            "sqlite:var/egret.db",
            "2026-01",
            "24h",
            "e5",
        ] {
            assert_eq!(reads(text), None, "{text}");
        }
    }

    #[test]
    fn speaks_of_plain_values_only_and_names_their_lines() {
        let text = "a: 012\nb: '012'\nc:\n  - \"yes\"\n  - no # a comment\nd: !!str 012\n";
        let origin = |line| Origin::File { path: std::path::Path::new("job.yml").into(), line };
        let said: Vec<String> = remarks(text, &origin).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "job.yml:1: Ruby reads `012` as the number 10\n  hint: write `10`, or `\"012\"` for a text",
                "job.yml:5: Ruby reads `no` as the boolean false\n  hint: write `false`, or `\"no\"` for a text",
            ]
        );
    }
}
