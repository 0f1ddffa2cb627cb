//! What an error says, apart from its English words, for those who show it in another language.

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
