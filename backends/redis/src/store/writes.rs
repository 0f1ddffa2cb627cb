//! Commands that a script runs when a claim is held, or that are run together.

use redis::Pipeline;

use crate::driver::Call;

/// Commands in order, each as its words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writes {
    commands: Vec<Vec<Vec<u8>>>,
}

impl Writes {
    /// One command of these words.
    pub(crate) fn one(words: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let mut writes = Self::default();
        writes.add(words);
        writes
    }

    /// These, and others behind them.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.commands.extend(others.commands);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// Adds a command of these words.
    pub(crate) fn add(&mut self, words: impl IntoIterator<Item = impl Into<Vec<u8>>>) {
        self.commands.push(words.into_iter().map(Into::into).collect());
    }

    /// How many commands do more than to enter a name into a set.
    pub(crate) fn n_essential(&self) -> usize {
        self.commands.iter().filter(|words| words.first().is_none_or(|name| name != b"SADD")).count()
    }

    /// As one transaction.
    pub(crate) fn to_transaction(&self) -> Pipeline {
        let mut pipeline = self.to_pipeline();
        pipeline.atomic();
        pipeline
    }

    /// As commands of which each is done by itself.
    pub(crate) fn to_pipeline(&self) -> Pipeline {
        let mut pipeline = Pipeline::with_capacity(self.commands.len() + 2);
        for words in &self.commands {
            let mut command = redis::Cmd::with_capacity(words.len(), words.iter().map(Vec::len).sum());
            for word in words {
                command.arg(word.as_slice());
            }
            pipeline.add_command(command);
        }
        pipeline
    }

    /// As the last arguments of a script: for each command how many words, the words.
    pub(crate) fn add_words_to(self, call: &mut Call) {
        for words in self.commands {
            call.arg(words.len());
            for word in words {
                call.bytes(word);
            }
        }
    }

    /// As arguments of a script: how many commands, and for each how many words, the words.
    pub(crate) fn add_to(self, call: &mut Call) {
        call.arg(self.commands.len());
        self.add_words_to(call);
    }
}
