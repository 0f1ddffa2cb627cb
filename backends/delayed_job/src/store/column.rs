//! What a column of Delayed Job's table takes: applications have made the table by many versions, on many servers.

use egret_core::{Words, words};

/// How much a column holds, and which characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// Characters; of MySQL's `text` and its like, bytes. `None` for more than anybody writes.
    pub(super) longest: Option<u64>,
    pub(super) characters: Characters,
}

/// Which characters a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Characters {
    /// All of Unicode.
    #[default]
    All,
    /// Those up to U+FFFF: what MySQL calls `utf8`.
    Basic,
    /// Those of ASCII, which every character set has.
    Ascii,
}

impl Characters {
    /// By the name of a character set; `None` where the database has one for everything.
    pub(super) fn of_charset(name: Option<&str>) -> Self {
        match name {
            None | Some("utf8mb4" | "UTF8" | "SQL_ASCII") => Self::All,
            Some("utf8" | "utf8mb3" | "ucs2") => Self::Basic,
            Some(_) => Self::Ascii,
        }
    }

    fn holds(self, character: char) -> bool {
        match self {
            Self::All => true,
            Self::Basic => character <= '\u{ffff}',
            Self::Ascii => character.is_ascii(),
        }
    }
}

impl Column {
    /// The first character that it does not hold: the server would refuse it, or cut the text there.
    pub(super) fn misfit(self, text: &str) -> Option<char> {
        match self.characters {
            Characters::All => None,
            characters => text.chars().find(|character| !characters.holds(*character)),
        }
    }

    /// The text with question marks in place of what it does not hold, as much of it as it holds.
    pub(super) fn fitted(self, text: String) -> String {
        let mut text = match self.misfit(&text) {
            None => text,
            Some(_) => text.chars().map(|it| if self.characters.holds(it) { it } else { '?' }).collect(),
        };
        if let Some(longest) = self.longest.and_then(|longest| usize::try_from(longest).ok())
            && text.len() > longest
        {
            let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            text.truncate(end);
        }
        text
    }

    /// Why it does not hold a text; `None` when it does. `column`, `table`: their names.
    pub(super) fn refusal(self, text: &str, column: &str, table: &str) -> Option<Words> {
        let found = self.misfit(text)?;
        Some(words!(
            "database-character",
            "the column `{column}` of `{table}` does not hold the character `{character}`; as `utf8mb4` it would hold all",
            column = column,
            table = table,
            character = found
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_fitted_to_what_the_column_holds() {
        let column = |longest, charset| Column { longest, characters: Characters::of_charset(Some(charset)) };
        let text = "a é 日本 😀";
        assert_eq!(column(None, "utf8mb4").fitted(text.to_owned()), text);
        assert_eq!(column(None, "utf8mb3").fitted(text.to_owned()), "a é 日本 ?");
        assert_eq!(column(None, "latin1").fitted(text.to_owned()), "a ? ?? ?");
        assert_eq!(column(Some(6), "utf8mb4").fitted(text.to_owned()), "a é ", "between characters");
        assert_eq!(column(Some(255), "utf8").misfit(text), Some('😀'));
        assert!(column(None, "utf8").refusal(text, "handler", "delayed_jobs").unwrap().to_string().contains("`😀`"));
        assert_eq!(Column::default().refusal(text, "handler", "delayed_jobs"), None);
    }
}
