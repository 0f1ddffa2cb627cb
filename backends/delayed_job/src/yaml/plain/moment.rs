//! Days and moments.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// A moment as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The clock's reading in its zone.
    pub local: DateTime,
    /// Which zone.
    pub zone: Zone,
}

/// The zone of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// `Z`
    Utc,
    /// `+09:00`; none given means `+00:00`.
    Offset(Offset),
}

/// `YYYY-MM-DD`, with one digit for small months and days too, if there is such a day.
pub(super) fn date(text: &str) -> Option<String> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    if !rest.is_empty() {
        return None;
    }
    civil_date(year, month, day).map(|date| date.to_string())
}

/// A day, `T` or blanks, `H:MM:SS`, a fraction, and a zone.
pub(super) fn time(text: &str) -> Option<Moment> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let rest = rest.strip_prefix(['T', 't']).or_else(|| blanks(rest).filter(|after| after.len() < rest.len()))?;
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (nanosecond, rest) = fraction(rest)?;
    let zone = zone(blanks(rest)?)?;
    let local = civil_time(civil_date(year, month, 1)?, day, [hour, minute, second], nanosecond)?;
    Some(Moment { local, zone })
}

/// Ruby lets the days of a month, the hours of a day and the seconds of a minute run on by what the longest can have.
fn civil_time(first_of_month: Date, day: u32, [hour, minute, second]: [u32; 3], nanosecond: i32) -> Option<DateTime> {
    let is_fit = (1..=31).contains(&day) && (hour, minute, second) <= (24, 0, 0) && minute < 60 && second <= 60;
    let seconds = i64::from(((day.checked_sub(1)? * 24 + hour) * 60 + minute) * 60 + second);
    let span = jiff::Span::new().try_seconds(seconds).ok()?.try_nanoseconds(nanosecond).ok()?;
    first_of_month.to_datetime(jiff::civil::Time::midnight()).checked_add(span).ok().filter(|_| is_fit)
}

fn civil_date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Nanoseconds; further digits are cut.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let mut digits: String = rest[..end].chars().take(9).collect();
    while digits.len() < 9 {
        digits.push('0');
    }
    Some((digits.parse().ok()?, &rest[end..]))
}

fn zone(text: &str) -> Option<Zone> {
    match text {
        "" => return Some(Zone::Offset(Offset::UTC)),
        "Z" => return Some(Zone::Utc),
        _ => {}
    }
    let is_west = text.starts_with('-');
    let (hours, rest) = digits(text.strip_prefix(['+', '-'])?, 1, 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { digits(rest, 2, 2)? };
    if !rest.is_empty() {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Offset::from_seconds(if is_west { -seconds } else { seconds }).ok().map(Zone::Offset)
}

fn blanks(text: &str) -> Option<&str> {
    Some(text.trim_start_matches([' ', '\t']))
}

/// A number of so many digits, and what follows.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let n_digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if n_digits < least {
        return None;
    }
    Some((text[..n_digits].parse().ok()?, &text[n_digits..]))
}
