//! Writing the text of a scalar in each of the five styles. Texts with other line ends than `\n` come in double quotes only.

use super::ink::{Indicator, Ink};
use super::shape::is_printable;
use crate::yaml::breaks::is_break;

/// Whether a text may be folded at its blanks. Keys must stay on one line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    Allowed,
    Forbidden,
}

impl Ink {
    pub(super) fn plain(&mut self, text: &str, folding: Folding, is_in_flow: bool) {
        if !text.is_empty() || is_in_flow {
            self.space();
        }
        self.bare_lines(text, folding, |_, _, next| next != Some(' '), Self::put);
        self.end_word();
    }

    pub(super) fn single_quoted(&mut self, text: &str, folding: Folding) {
        self.indicator("'", Indicator::Word);
        let may_fold = |is_first: bool, is_last: bool, next: Option<char>| !is_first && !is_last && next != Some(' ');
        let ends_in_break = self.bare_lines(text, folding, may_fold, |ink, character| {
            if character == '\'' {
                ink.put('\'');
            }
            ink.put(character);
        });
        if ends_in_break {
            self.go_to_indent();
        }
        self.indicator("'", Indicator::Tight);
        self.end_word();
    }

    /// Text whose lines are separated by one empty line more than it has line ends. Says whether it ended in one.
    fn bare_lines(
        &mut self,
        text: &str,
        folding: Folding,
        may_fold: impl Fn(bool, bool, Option<char>) -> bool,
        put: impl Fn(&mut Self, char),
    ) -> bool {
        let mut follows_space = false;
        let mut follows_break = false;
        let mut rest = text.chars().peekable();
        let mut is_first = true;
        while let Some(character) = rest.next() {
            let next = rest.peek().copied();
            if character == ' ' {
                let folds = folding == Folding::Allowed && !follows_space && self.is_wide();
                match folds && may_fold(is_first, next.is_none(), next) {
                    true => self.go_to_indent(),
                    false => self.put(' '),
                }
                follows_space = true;
            } else if character == '\n' {
                if !follows_break {
                    self.put_break();
                }
                self.put_break();
                self.is_indention = true;
                follows_break = true;
            } else {
                if follows_break {
                    self.go_to_indent();
                }
                put(self, character);
                self.is_indention = false;
                follows_space = false;
                follows_break = false;
            }
            is_first = false;
        }
        follows_break
    }

    pub(super) fn double_quoted(&mut self, text: &str, folding: Folding) {
        self.indicator("\"", Indicator::Word);
        let mut follows_space = false;
        let mut rest = text.chars().peekable();
        let mut is_first = true;
        while let Some(character) = rest.next() {
            let next = rest.peek().copied();
            if character == ' ' {
                let folds = folding == Folding::Allowed && !follows_space && self.is_wide();
                if folds && !is_first && next.is_some() {
                    self.go_to_indent();
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                follows_space = true;
            } else {
                self.put_escaped(character);
                follows_space = false;
            }
            is_first = false;
        }
        self.indicator("\"", Indicator::Tight);
        self.end_word();
    }

    fn put_escaped(&mut self, character: char) {
        let is_harmless = is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\');
        if is_harmless {
            return self.put(character);
        }
        self.put('\\');
        match short_escape(character) {
            Some(letter) => self.put(letter),
            None => self.put_all(&long_escape(character)),
        }
    }

    pub(super) fn literal(&mut self, text: &str) {
        self.block_header("|", text);
        let mut follows_break = true;
        for character in text.chars() {
            if character == '\n' {
                self.put_break();
                self.is_indention = true;
                follows_break = true;
            } else {
                if follows_break {
                    self.go_to_indent();
                }
                self.put(character);
                self.is_indention = false;
                follows_break = false;
            }
        }
    }

    pub(super) fn folded(&mut self, text: &str) {
        self.block_header(">", text);
        let mut follows_break = true;
        let mut line_is_indented = true;
        let mut rest = text.char_indices().peekable();
        while let Some((place, character)) = rest.next() {
            if character == '\n' {
                if !follows_break && !line_is_indented && text_follows(&text[place..]) {
                    self.put_break();
                }
                self.put_break();
                self.is_indention = true;
                follows_break = true;
            } else {
                if follows_break {
                    self.go_to_indent();
                    line_is_indented = matches!(character, ' ' | '\t');
                }
                let next_is_space = rest.peek().is_some_and(|(_, next)| *next == ' ');
                // Lines that begin with a blank are not joined when they are read. (libyaml folds them all the same.)
                let may_fold = !follows_break && !line_is_indented && !next_is_space;
                match character == ' ' && may_fold && self.is_wide() {
                    true => self.go_to_indent(),
                    false => self.put(character),
                }
                self.is_indention = false;
                follows_break = false;
            }
        }
    }

    /// The indicator of a block with its indent, where the text does not show it, and what becomes of its last line end.
    fn block_header(&mut self, indicator: &str, text: &str) {
        self.indicator(indicator, Indicator::Word);
        if text.starts_with([' ', '\n']) {
            self.put('2');
        }
        let mut from_end = text.chars().rev();
        match from_end.next() {
            Some(last) if last != '\n' => self.put('-'),
            None => self.put('-'),
            Some(_) if from_end.next().is_none_or(|before| before == '\n') => self.put('+'),
            Some(_) => {}
        }
        self.put_break();
        self.is_indention = true;
        self.is_spaced = true;
    }
}

/// Whether the line after some line ends begins with text.
fn text_follows(text: &str) -> bool {
    let after = text.trim_start_matches('\n');
    !after.is_empty() && !after.starts_with([' ', '\t'])
}

fn short_escape(character: char) -> Option<char> {
    Some(match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return None,
    })
}

fn long_escape(character: char) -> String {
    match u32::from(character) {
        code @ ..=0xff => format!("x{code:02X}"),
        code @ ..=0xffff => format!("u{code:04X}"),
        code => format!("U{code:08X}"),
    }
}
