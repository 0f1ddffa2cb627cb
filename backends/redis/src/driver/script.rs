//! Scripts that the server runs in one atomic step.

use std::io;
use std::sync::OnceLock;

use redis::{Cmd, RedisWrite, ToRedisArgs};

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

    /// Tells the server its text.
    pub(super) fn load(&self) -> Cmd {
        let mut command = redis::cmd("SCRIPT");
        command.arg("LOAD").arg(self.text);
        command
    }

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| redis::Script::new(self.text).get_hash().to_owned())
    }
}

/// Keys and arguments of one call.
#[derive(Debug, Default)]
pub(crate) struct Call {
    n_keys: usize,
    /// Keys, then arguments, each as the server gets it, one behind the other.
    data: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Call {
    /// A call with these keys; arguments follow.
    pub(crate) fn new<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut call = Self::default();
        for key in keys {
            call.write_arg(key.as_ref().as_bytes());
            call.n_keys += 1;
        }
        call
    }

    pub(crate) fn arg(&mut self, value: impl ToRedisArgs) -> &mut Self {
        value.write_redis_args(self);
        self
    }

    pub(crate) fn bytes(&mut self, value: impl AsRef<[u8]>) -> &mut Self {
        self.write_arg(value.as_ref());
        self
    }

    pub(super) fn by_hash(&self, script: &Script) -> Cmd {
        self.command("EVALSHA", script.hash())
    }

    pub(super) fn whole(&self, script: &Script) -> Cmd {
        self.command("EVAL", script.text)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = Cmd::with_capacity(self.ends.len() + 3, self.data.len() + script.len() + 32);
        command.arg(name).arg(script).arg(self.n_keys);
        let mut from = 0;
        for end in &self.ends {
            command.arg(&self.data[from..*end]);
            from = *end;
        }
        command
    }
}

impl RedisWrite for Call {
    fn write_arg(&mut self, word: &[u8]) {
        self.data.extend_from_slice(word);
        self.ends.push(self.data.len());
    }

    fn writer_for_next_arg(&mut self) -> impl io::Write + '_ {
        NextWord(self)
    }
}

/// Ends a word when it is dropped.
struct NextWord<'a>(&'a mut Call);

impl io::Write for NextWord<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.data.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for NextWord<'_> {
    fn drop(&mut self) {
        self.0.ends.push(self.0.data.len());
    }
}
