//! The column `last_error`: text that every database stores.

use egret_core::ErrorReport;

/// The longest text; with room for what MySQL's `text` holds, in bytes.
const LONGEST: usize = 60_000;

/// Message and backtrace, a line each. NUL, which PostgreSQL refuses, becomes the sign for it; Ruby's worker dies of such a
/// text, and of every later try to run the job. A text that is too long keeps its beginning.
pub fn error_text(error: &ErrorReport) -> String {
    let mut text = error.message.replace('\0', "\u{2400}");
    for line in &error.backtrace {
        text.push('\n');
        text.push_str(&line.replace('\0', "\u{2400}"));
    }
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('\u{2026}');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_with_the_message_and_holds_no_nul() {
        let error = ErrorReport {
            backtrace: vec!["app/jobs.rb:3:in `perform'".to_owned(), "\0".to_owned()],
            ..ErrorReport::new("RuntimeError", "a\0b 日本")
        };
        assert_eq!(error_text(&error), "a\u{2400}b 日本\napp/jobs.rb:3:in `perform'\n\u{2400}");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = error_text(&ErrorReport::new("E", "語".repeat(30_000)));
        assert_eq!(text, format!("{}…", "語".repeat(20_000)));
    }
}
