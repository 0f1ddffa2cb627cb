//! Words of commands that people copy into a shell.

use std::fmt::Display;

/// A word as a shell takes it, such as a path: as it is when it is harmless, else in single quotes.
pub fn quoted(word: impl Display) -> String {
    let word = word.to_string();
    let is_harmless = |letter: char| letter.is_ascii_alphanumeric() || "_-./:,@%+=".contains(letter);
    match !word.is_empty() && word.chars().all(is_harmless) {
        true => word,
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quoted("mailers-2.low"), "mailers-2.low");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted(std::path::Path::new("/srv/my app/egret.db").display()), "'/srv/my app/egret.db'");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's; rm"), r"'it'\''s; rm'");
    }
}
