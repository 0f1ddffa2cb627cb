//! What people read, in English and Japanese.
//!
//! Sentences lie in Fluent files, `locales/en/*.ftl` and `locales/ja/*.ftl`, compiled in: translators work there and need
//! no Rust. A message has the same name and takes the same arguments in every language, which a test ensures.
//!
//! ```
//! use egret::language::Language;
//!
//! let language = Language::of_tag("ja_JP.UTF-8").unwrap_or_default();
//! assert_eq!(language, Language::Japanese);
//! assert_eq!(Language::English.text("state-running"), "running");
//! let full = Language::English.text_with("limit-queue-full", &[("queue", "mailers".into()), ("limit", 100.into())]);
//! assert!(full.contains("mailers"));
//! ```

mod catalogue;
mod length;
mod limits;
mod name;
mod reader;
mod said;
mod sentence;
mod value;

use std::fmt;

/// A zone of times: the type of the crate `jiff`.
pub use jiff::tz::TimeZone;

pub use self::catalogue::Catalogue;
pub(crate) use self::name::name_in_a_sentence;
pub use self::reader::Reader;
pub use self::said::{OfStore, Said};
pub use self::sentence::Sentence;
pub use self::value::TextValue;

/// A language that Egret speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, which also stands in where nobody chose.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// The two-letter code, as in `lang=` attributes and the names of the folders.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The language of a tag: `ja`, `ja-JP`, `ja_JP.UTF-8`; `C` and `POSIX` are English. `None` for a language that is not
    /// spoken here.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" | "c" | "posix" => Some(Self::English),
            "ja" => Some(Self::Japanese),
            _ => None,
        }
    }

    /// The language that a process was asked to speak: the first of `EGRET_LANG`, `LC_ALL`, `LC_MESSAGES` and `LANG` that is
    /// set decides. `None` when none is set, or when it asks for a language that is not spoken here.
    ///
    /// `variable` looks up a variable; nothing is read behind the caller's back.
    pub fn of_variables(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        ["EGRET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|tag| !tag.trim().is_empty())
            .and_then(|tag| Self::of_tag(tag.trim()))
    }

    /// The sentence of a message that takes no arguments.
    ///
    /// A message that nobody wrote is shown by its name: a fault that the tests find, and no reason to fail in production.
    pub fn text(self, message: &str) -> String {
        self.text_with(message, &[])
    }

    /// The sentence of a message with its arguments. An argument that is missing is shown by its name, in braces.
    pub fn text_with(self, message: &str, arguments: &[(&str, TextValue)]) -> String {
        catalogue::OWN.text_with(self, message, arguments)
    }
}

/// Writes the two-letter code.
impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_by_its_first_part() {
        for tag in ["ja", "JA", "ja-JP", "ja_JP.UTF-8", "ja.eucJP"] {
            assert_eq!(Language::of_tag(tag), Some(Language::Japanese), "{tag}");
        }
        for tag in ["en", "en_GB.UTF-8", "C", "C.UTF-8", "POSIX"] {
            assert_eq!(Language::of_tag(tag), Some(Language::English), "{tag}");
        }
        for tag in ["de_DE", "", "jan"] {
            assert_eq!(Language::of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let asked = |set: &'static [(&str, &str)]| {
            Language::of_variables(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[("LANG", "ja_JP.UTF-8")]), Some(Language::Japanese));
        assert_eq!(asked(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")]), Some(Language::English));
        assert_eq!(asked(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")]), Some(Language::English), "empty is not set");
        assert_eq!(asked(&[("EGRET_LANG", "ja"), ("LC_ALL", "C")]), Some(Language::Japanese));
        assert_eq!(asked(&[("LC_ALL", "de_DE"), ("LANG", "ja_JP")]), None);
    }
}
