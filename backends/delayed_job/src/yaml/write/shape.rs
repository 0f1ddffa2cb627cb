//! Which styles can hold a text.

use crate::yaml::breaks::is_break;

/// What was found in a text, and the styles that it allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) has_breaks: bool,
    pub(super) plain_in_flow: bool,
    pub(super) plain_in_block: bool,
    pub(super) single_quoted: bool,
    pub(super) block: bool,
}

/// Whether libyaml writes the character as it is, in a document that is not limited to ASCII.
pub(super) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && character != '\u{feff}'
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn is_blank_break_or_end(character: Option<char>) -> bool {
    character.is_none_or(|character| is_blank(character) || is_break(character))
}

impl Shape {
    pub(super) fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self {
                has_breaks: false,
                plain_in_flow: false,
                plain_in_block: true,
                single_quoted: true,
                block: false,
            };
        }
        let indicators = Indicators::of(text);
        let spaces = Spaces::of(text);
        let is_special = text.chars().any(|character| !is_printable(character));
        let quotable = !spaces.space_before_break && !is_special && !spaces.break_before_space;
        let plain = quotable && !spaces.at_an_end && !spaces.has_breaks;
        Self {
            has_breaks: spaces.has_breaks,
            plain_in_flow: plain && !indicators.in_flow,
            plain_in_block: plain && !indicators.in_block,
            single_quoted: quotable,
            block: !spaces.space_before_break && !is_special && !spaces.space_at_the_end,
        }
    }
}

/// Whether a bare text would be taken for something else.
struct Indicators {
    in_flow: bool,
    in_block: bool,
}

impl Indicators {
    fn of(text: &str) -> Self {
        let starts_like_a_marker = text.starts_with("---") || text.starts_with("...");
        let mut found = Self { in_flow: starts_like_a_marker, in_block: starts_like_a_marker };
        let mut previous = None;
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            let is_followed_by_blank = is_blank_break_or_end(rest.peek().copied());
            match previous {
                None => found.look_at_first(character, is_followed_by_blank),
                Some(before) => found.look_at(character, is_blank_break_or_end(Some(before)), is_followed_by_blank),
            }
            previous = Some(character);
        }
        found
    }

    fn look_at_first(&mut self, character: char, is_followed_by_blank: bool) {
        match character {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                self.in_flow = true;
                self.in_block = true;
            }
            '?' | ':' => {
                self.in_flow = true;
                self.in_block |= is_followed_by_blank;
            }
            '-' if is_followed_by_blank => {
                self.in_flow = true;
                self.in_block = true;
            }
            _ => {}
        }
    }

    fn look_at(&mut self, character: char, is_after_blank: bool, is_followed_by_blank: bool) {
        match character {
            ',' | '?' | '[' | ']' | '{' | '}' => self.in_flow = true,
            ':' => {
                self.in_flow = true;
                self.in_block |= is_followed_by_blank;
            }
            '#' if is_after_blank => {
                self.in_flow = true;
                self.in_block = true;
            }
            _ => {}
        }
    }
}

/// Blanks and line ends where a style would lose them.
struct Spaces {
    has_breaks: bool,
    at_an_end: bool,
    space_at_the_end: bool,
    break_before_space: bool,
    space_before_break: bool,
}

impl Spaces {
    fn of(text: &str) -> Self {
        let first = text.chars().next();
        let last = text.chars().next_back();
        let is_space_or_break = |character: char| character == ' ' || is_break(character);
        let follows = |is_before: fn(char) -> bool, is_after: fn(char) -> bool| {
            text.chars().zip(text.chars().skip(1)).any(|(before, after)| is_before(before) && is_after(after))
        };
        Self {
            has_breaks: text.chars().any(is_break),
            at_an_end: first.is_some_and(is_space_or_break) || last.is_some_and(is_space_or_break),
            space_at_the_end: last == Some(' '),
            break_before_space: follows(is_break, |character| character == ' '),
            space_before_break: follows(|character| character == ' ', is_break),
        }
    }
}
