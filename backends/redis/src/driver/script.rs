//! Scripts that the server runs in one atomic step.

use std::sync::OnceLock;

use redis::{Cmd, ToRedisArgs};

/// A script, sent by its hash once the server knows its text.
#[derive(Debug)]
pub(crate) struct Script {
    text: &'static str,
    hash: OnceLock<String>,
}

impl Script {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, hash: OnceLock::new() }
    }

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| redis::Script::new(self.text).get_hash().to_owned())
    }
}

/// Keys and arguments of one call.
#[derive(Debug, Default)]
pub(crate) struct Call {
    n_keys: usize,
    /// Keys, then arguments, each as the server gets it.
    words: Vec<Vec<u8>>,
}

impl Call {
    /// A call with these keys; arguments follow.
    pub(crate) fn new<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> Self {
        let words: Vec<Vec<u8>> = keys.into_iter().map(|key| key.as_ref().as_bytes().to_vec()).collect();
        Self { n_keys: words.len(), words }
    }

    pub(crate) fn arg(&mut self, value: impl ToRedisArgs) -> &mut Self {
        self.words.extend(value.to_redis_args());
        self
    }

    pub(crate) fn bytes(&mut self, value: impl Into<Vec<u8>>) -> &mut Self {
        self.words.push(value.into());
        self
    }

    pub(super) fn by_hash(&self, script: &Script) -> Cmd {
        self.command("EVALSHA", script.hash())
    }

    pub(super) fn whole(&self, script: &Script) -> Cmd {
        self.command("EVAL", script.text)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let size = self.words.iter().map(Vec::len).sum::<usize>() + script.len() + 32;
        let mut command = Cmd::with_capacity(self.words.len() + 3, size);
        command.arg(name).arg(script).arg(self.n_keys);
        for word in &self.words {
            command.arg(word.as_slice());
        }
        command
    }
}
