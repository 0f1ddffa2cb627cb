//! How a line stands in the text file of an attempt: `2026-11-23T20:09:01.123456Z info the text`.

use egret_core::{LogLine, LogSource};
use jiff::Timestamp;

/// Longer lines are broken into pieces, so that one endless line neither fills memory nor the store.
pub(super) const MAX_LINE: usize = 16 * 1024;

/// Every source by its word.
const SOURCES: [LogSource; 7] = [
    LogSource::Trace,
    LogSource::Debug,
    LogSource::Info,
    LogSource::Warn,
    LogSource::Error,
    LogSource::Stdout,
    LogSource::Stderr,
];

/// Writes a line as the text files have it, with its line end.
pub fn format_line(line: &LogLine, text: &mut Vec<u8>) {
    use std::io::Write as _;
    writeln!(text, "{:.6} {} {}", line.at, line.source.as_str(), line.text).expect("writing to memory does not fail");
}

/// Reads a line of a text file, with or without its line end. `None` when it is not one.
pub fn parse_line(line: &[u8]) -> Option<LogLine> {
    let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line));
    let (at, rest) = text.split_once(' ')?;
    let (word, text) = rest.split_once(' ')?;
    let at: Timestamp = at.parse().ok()?;
    let source = SOURCES.into_iter().find(|source| source.as_str() == word)?;
    Some(LogLine { at, source, text: text.to_owned() })
}

/// The lines of a text, none longer than [`MAX_LINE`] bytes.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| Pieces { rest: Some(line) })
}

/// One line in pieces.
struct Pieces<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        if rest.len() <= MAX_LINE {
            return Some(rest);
        }
        let (piece, rest) = rest.split_at(rest.floor_char_boundary(MAX_LINE));
        self.rest = Some(rest);
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_survives_the_file() {
        for source in SOURCES {
            let line =
                LogLine { at: "2026-11-23T20:09:01.5Z".parse().unwrap(), source, text: " two  words: 鷺 ".into() };
            let mut text = Vec::new();
            format_line(&line, &mut text);
            assert_eq!(parse_line(&text), Some(line));
        }
    }

    #[test]
    fn has_microseconds_always() {
        let line = LogLine { at: Timestamp::UNIX_EPOCH, source: LogSource::Info, text: String::new() };
        let mut text = Vec::new();
        format_line(&line, &mut text);
        assert_eq!(text, b"1970-01-01T00:00:00.000000Z info \n");
    }

    #[test]
    fn refuses_what_is_no_line() {
        for text in ["", "x", "2026-11-23T20:09:01Z", "2026-11-23T20:09:01Z shout text", "today info text"] {
            assert_eq!(parse_line(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn breaks_long_lines_between_characters() {
        let long = "鷺".repeat(MAX_LINE);
        let text = format!("short\r\n\n{long}");
        let pieces: Vec<&str> = pieces(&text).collect();
        assert_eq!(pieces[..2], ["short", ""]);
        assert!(pieces.iter().all(|piece| piece.len() <= MAX_LINE));
        assert_eq!(pieces[2..].concat(), long);
    }
}
