//! Lines for people.

use std::fmt::Write as _;
use std::sync::LazyLock;

use egret_core::Timestamp;
use jiff::tz::TimeZone;
use tracing::Level;

use super::layer::{Around, Entry};
use crate::cli::Paint;

/// How lines look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) has_time: bool,
    pub(super) has_colours: bool,
}

/// Read once: the zone of a process does not change.
static ZONE: LazyLock<TimeZone> = LazyLock::new(crate::zone::of_process);

/// `2026-11-23T20:09:01.123456+09:00  INFO [ActiveJob] [Class] [id] message name=value`, with its line end. Further lines of a
/// message are indented, so that no text can pass for a line of its own.
pub(super) fn line(entry: &Entry<'_>, around: &[Around<'_>], style: &Style) -> String {
    let mut line = String::with_capacity(160);
    write(&mut line, entry, around, style).expect("writing to memory does not fail");
    line
}

fn write(line: &mut String, entry: &Entry<'_>, around: &[Around<'_>], style: &Style) -> std::fmt::Result {
    if style.has_time {
        let now = Timestamp::now().to_zoned_datetime(ZONE.clone());
        write!(line, "{} {} ", now.strftime("%Y-%m-%dT%H:%M:%S%.6f%:z"), level(entry.level, style))?;
    }
    for tag in entry.tags() {
        line.push('[');
        push(line, tag);
        line.push_str("] ");
    }
    if !is_own(entry.target) {
        write!(line, "{}: ", entry.target)?;
    }
    for span in around {
        line.push_str(span.name);
        line.push('{');
        fields(line, span.fields)?;
        line.push_str("}: ");
    }
    push(line, &entry.fields.message);
    if entry.fact.is_none() && !entry.fields.others.is_empty() {
        if !entry.fields.message.is_empty() {
            line.push(' ');
        }
        fields(line, &entry.fields)?;
    }
    line.push('\n');
    Ok(())
}

/// Whether a crate of Egret speaks, which its lines need not say.
fn is_own(target: &str) -> bool {
    matches!(target.split("::").next(), Some("egret" | "egret_core" | "egret_sqlite"))
}

fn fields(line: &mut String, fields: &super::fields::Fields) -> std::fmt::Result {
    for (index, (name, value)) in fields.others.iter().enumerate() {
        if index > 0 {
            line.push(' ');
        }
        write!(line, "{name}=")?;
        push(line, &value.to_string());
    }
    Ok(())
}

/// Adds a text; control characters, which could forge lines or drive a terminal, are escaped.
fn push(line: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '\n' => line.push_str("\n  "),
            '\t' => line.push('\t'),
            letter if letter.is_control() => line.extend(letter.escape_default()),
            letter => line.push(letter),
        }
    }
}

fn level(level: Level, style: &Style) -> String {
    let (name, paint) = match level {
        Level::ERROR => ("ERROR", Paint::Bad),
        Level::WARN => (" WARN", Paint::Warning),
        Level::INFO => (" INFO", Paint::Good),
        Level::DEBUG => ("DEBUG", Paint::Busy),
        Level::TRACE => ("TRACE", Paint::Faint),
    };
    match style.has_colours {
        true => format!("\x1b[{}m{name}\x1b[0m", paint.code()),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::Fields;
    use super::*;

    const PLAIN: Style = Style { has_time: false, has_colours: false };

    fn entry(message: &str, job: Option<(&str, &str)>) -> Entry<'static> {
        let job = job.map(|(class, id)| (class.to_owned(), id.to_owned()));
        Entry {
            level: Level::INFO,
            target: "egret::service",
            fields: Fields { message: message.to_owned(), others: Vec::new() },
            job: job.clone(),
            run: job,
            fact: None,
        }
    }

    #[test]
    fn lines_of_a_job_have_its_tags() {
        assert_eq!(line(&entry("done", Some(("A::B", "7"))), &[], &PLAIN), "[ActiveJob] [A::B] [7] done\n");
        assert_eq!(line(&entry("done", None), &[], &PLAIN), "done\n");
    }

    #[test]
    fn no_text_passes_for_a_line_of_its_own() {
        let forged = entry("one\n2030-01-01 ERROR two\x1b[2J\r", None);
        assert_eq!(line(&forged, &[], &PLAIN), "one\n  2030-01-01 ERROR two\\u{1b}[2J\\r\n");
    }

    #[test]
    fn a_time_has_its_offset() {
        let text = line(&entry("done", None), &[], &Style { has_time: true, has_colours: false });
        let (time, rest) = text.split_once(' ').unwrap();
        time.parse::<Timestamp>().unwrap();
        assert_eq!(rest, " INFO done\n");
    }
}
