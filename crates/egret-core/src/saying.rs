//! What an error says, apart from its English words, for those who show it in another language.

use std::fmt;

/// A message by its name, with what stands in it.
///
/// Backends know no languages: an error of theirs says what it says in English, and names the same message here, so that
/// what speaks to people can say it in theirs. Names and the order of words are no promise between versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    name: String,
    arguments: Vec<(&'static str, SayingPart)>,
}

/// What stands in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SayingPart {
    /// A name, a number, a path: the same in every language.
    Text(String),
    /// Words that are a message themselves.
    Saying(Saying),
}

impl Saying {
    /// A message without arguments. `name`: words with hyphens between them.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), arguments: Vec::new() }
    }

    /// Adds what is the same in every language.
    #[must_use]
    pub fn with(mut self, argument: &'static str, text: impl Into<String>) -> Self {
        self.arguments.push((argument, SayingPart::Text(text.into())));
        self
    }

    /// Adds words that are a message themselves.
    #[must_use]
    pub fn with_part(mut self, argument: &'static str, part: Self) -> Self {
        self.arguments.push((argument, SayingPart::Saying(part)));
        self
    }

    /// The name of the message.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands in it, by name.
    pub fn arguments(&self) -> &[(&'static str, SayingPart)] {
        &self.arguments
    }
}

/// The words of an error: in English, and by the [`Saying`] that others say in their language.
///
/// [`words!`](crate::words) makes both at once. From a text alone they are English for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    english: String,
    saying: Option<Saying>,
}

/// [`Words`] of a message: its name, its English text as for [`format!`], and what stands in it, by name.
///
/// ```
/// use egret_core::words;
///
/// let words = words!("store-file-deleted", "`{file}` was deleted", file = "egret.db");
/// assert_eq!(words.to_string(), "`egret.db` was deleted");
/// assert_eq!(words.saying().map(|saying| saying.name()), Some("store-file-deleted"));
/// ```
#[macro_export]
macro_rules! words {
    ($name:literal, $english:literal $(, $argument:ident = $value:expr)* $(,)?) => {{
        let saying = $crate::Saying::new($name);
        $(
            let $argument = ($value).to_string();
            let saying = saying.with(stringify!($argument), &$argument);
        )*
        $crate::Words::said(format!($english), saying)
    }};
}

impl Words {
    /// What is said in English, and the message by its name.
    pub fn said(english: impl Into<String>, saying: Saying) -> Self {
        Self { english: english.into(), saying: Some(saying) }
    }

    /// What was to be done, such as `enqueue jobs`. The message is named by the words: `verb-enqueue-jobs`.
    pub fn verb(english: &str) -> Self {
        Self::said(english, Saying::new(format!("verb-{}", english.replace([' ', '\''], "-"))))
    }

    /// `failed to …`. `verb`: what was to be done.
    pub fn failed(verb: impl Into<Self>) -> Self {
        let verb = verb.into();
        let saying = verb.saying.map(|verb| Saying::new("store-verb-failed").with_part("verb", verb));
        Self { english: format!("failed to {}", verb.english), saying }
    }

    /// `failed to …: …`. `verb`: what was to be done; `reason`: why not, and what to do about it.
    pub fn refused(verb: impl Into<Self>, reason: impl Into<Self>) -> Self {
        let (verb, reason) = (verb.into(), reason.into());
        let saying = verb.saying.zip(reason.saying).map(|(verb, reason)| {
            Saying::new("store-verb-refused").with_part("verb", verb).with_part("reason", reason)
        });
        Self { english: format!("failed to {}: {}", verb.english, reason.english), saying }
    }

    /// Adds the same to the saying as a part under a name: words that the English text holds already.
    #[must_use]
    pub fn with_part(mut self, argument: &'static str, part: &Self) -> Self {
        self.saying = self.saying.zip(part.saying.clone()).map(|(saying, part)| saying.with_part(argument, part));
        self
    }

    /// The message, if it has a name.
    pub fn saying(&self) -> Option<&Saying> {
        self.saying.as_ref()
    }

    pub(crate) fn into_parts(self) -> (String, Option<Saying>) {
        (self.english, self.saying)
    }
}

/// In English.
impl fmt::Display for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.english)
    }
}

/// English for everybody.
impl From<String> for Words {
    fn from(english: String) -> Self {
        Self { english, saying: None }
    }
}

/// English for everybody.
impl From<&str> for Words {
    fn from(english: &str) -> Self {
        english.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_the_same_in_english_and_by_name() {
        let reason = words!("store-file-deleted", "`{file}` was deleted", file = 7);
        let refused = Words::refused(Words::verb("list Sidekiq's jobs"), reason);
        assert_eq!(refused.to_string(), "failed to list Sidekiq's jobs: `7` was deleted");
        let saying = Saying::new("store-verb-refused")
            .with_part("verb", Saying::new("verb-list-Sidekiq-s-jobs"))
            .with_part("reason", Saying::new("store-file-deleted").with("file", "7"));
        assert_eq!(refused.saying(), Some(&saying));
    }

    #[test]
    fn what_has_no_name_in_a_part_has_none_as_a_whole() {
        assert_eq!(Words::failed("do it").saying(), None);
        assert_eq!(Words::refused(Words::verb("do it"), "no luck".to_owned()).saying(), None);
        assert_eq!(words!("a-b", "x").with_part("part", &"y".into()).saying(), None);
    }
}
