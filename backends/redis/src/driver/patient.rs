//! A connection of its own for a command that waits on the server, on the runtime of whoever waits.

use redis::{Cmd, Pipeline, RedisResult, Value};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::answers::Answers;
use super::error::is_unknown_script;
use super::script::{Call, Script};
use super::stream::Stream;

/// The answers to a command that waited and to the script behind it.
#[derive(Debug)]
pub(crate) struct Both {
    pub(crate) waited: RedisResult<Value>,
    pub(crate) ran: RedisResult<Value>,
}

/// One command at a time, each until it is answered.
#[derive(Debug)]
pub(crate) struct PatientConnection {
    stream: Stream,
    answers: Answers,
}

impl PatientConnection {
    /// Tells the server what it must be told first.
    pub(super) async fn greet(stream: Stream, greeting: &Pipeline) -> RedisResult<Self> {
        let mut this = Self { stream, answers: Answers::default() };
        for answer in this.exchange(&greeting.get_packed_pipeline(), greeting.len()).await? {
            answer.extract_error()?;
        }
        Ok(this)
    }

    /// Sends a command and waits for its answer, however long that takes.
    ///
    /// # Cancel safety
    /// None: after an answer that was not waited for the connection is of no use.
    pub(crate) async fn ask(&mut self, command: &Cmd) -> RedisResult<Value> {
        let answers = self.exchange(&command.get_packed_command(), 1).await?;
        answers.into_iter().next().unwrap_or(Value::Nil).extract_error()
    }

    /// Sends a command that waits and a script behind it, in one packet: the server runs the script as soon as the command is
    /// done, without a word to or from here. Answers both.
    ///
    /// # Cancel safety
    /// None, as [`ask`](Self::ask).
    pub(crate) async fn ask_and_run(&mut self, command: &Cmd, script: &Script, call: &Call) -> RedisResult<Both> {
        let mut packet = command.get_packed_command();
        packet.extend(call.by_hash(script).get_packed_command());
        let mut answers = self.exchange(&packet, 2).await?.into_iter();
        let mut next = || answers.next().unwrap_or(Value::Nil).extract_error();
        let both = Both { waited: next(), ran: next() };
        if both.ran.as_ref().is_err_and(is_unknown_script) {
            // For the next time.
            self.ask(&script.load()).await?;
        }
        Ok(both)
    }

    /// The stream, which nobody has anything to say to.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    async fn exchange(&mut self, commands: &[u8], n_answers: usize) -> RedisResult<Vec<Value>> {
        self.stream.write_all(commands).await?;
        loop {
            if let Some(answers) = self.answers.take(n_answers)? {
                return Ok(answers);
            }
            if self.stream.read_buf(self.answers.room()).await? == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
        }
    }
}
