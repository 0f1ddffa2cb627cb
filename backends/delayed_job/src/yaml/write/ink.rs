//! Where the pen is: the column, the indent, and what may follow without a blank or a new line.

/// The column beyond which text is folded at the next blank (libyaml's `best_width`, which Psych leaves alone).
const BEST_WIDTH: usize = 80;

/// The text so far.
#[derive(Debug)]
pub(super) struct Ink {
    text: String,
    column: usize,
    /// Of the collection that is being written; `None` at the root.
    pub(super) indent: Option<usize>,
    /// What was written last separates words.
    pub(super) is_spaced: bool,
    /// Only indents and indicators such as `- ` stand in this line so far.
    pub(super) is_indention: bool,
}

impl Default for Ink {
    fn default() -> Self {
        Self { text: String::new(), column: 0, indent: None, is_spaced: true, is_indention: true }
    }
}

/// What an indicator is besides its characters.
#[derive(Clone, Copy)]
pub(super) enum Indicator {
    /// A word: a blank goes before it, and before what follows.
    Word,
    /// Opens a collection: a blank goes before it, none after.
    Open,
    /// Begins an entry of a block collection, which may go on in the same line: `-`, `?`, `:`.
    Entry,
    /// Follows at once.
    Tight,
}

impl Ink {
    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn is_wide(&self) -> bool {
        self.column > BEST_WIDTH
    }

    pub(super) fn put(&mut self, character: char) {
        self.text.push(character);
        self.column += 1;
    }

    pub(super) fn put_all(&mut self, text: &str) {
        text.chars().for_each(|character| self.put(character));
    }

    pub(super) fn put_break(&mut self) {
        self.text.push('\n');
        self.column = 0;
    }

    pub(super) fn space(&mut self) {
        if !self.is_spaced {
            self.put(' ');
        }
    }

    pub(super) fn indicator(&mut self, text: &str, kind: Indicator) {
        if !matches!(kind, Indicator::Tight) {
            self.space();
        }
        self.put_all(text);
        self.is_spaced = matches!(kind, Indicator::Open);
        self.is_indention = self.is_indention && matches!(kind, Indicator::Entry);
    }

    /// Goes to the indent, on a new line unless only indention stands in this one.
    pub(super) fn go_to_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.is_indention || self.column > indent || (self.column == indent && !self.is_spaced) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.is_spaced = true;
        self.is_indention = true;
    }

    /// After the text of a scalar.
    pub(super) fn end_word(&mut self) {
        self.is_spaced = false;
        self.is_indention = false;
    }
}
