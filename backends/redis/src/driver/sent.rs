//! What is sent to a server at once, and what its answers mean.

use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, RedisResult, Value};

/// What is sent.
#[derive(Clone, Copy)]
pub(super) enum Sent<'a> {
    One(&'a Cmd),
    /// Several commands; their answers are a list.
    Many(&'a Pipeline),
    /// Several commands that fail together.
    InOrder(&'a Pipeline),
    /// Commands of which all or none are done; the answer is that of `EXEC`.
    Transaction(&'a Pipeline),
}

impl Sent<'_> {
    /// The bytes, and how many answers there will be.
    pub(super) fn packed(self) -> (Vec<u8>, usize) {
        match self {
            Self::One(command) => (command.get_packed_command(), 1),
            Self::Many(pipeline) | Self::InOrder(pipeline) | Self::Transaction(pipeline) => {
                (pipeline.get_packed_pipeline(), self.n_answers())
            }
        }
    }

    fn n_answers(self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(pipeline) | Self::InOrder(pipeline) => pipeline.len(),
            // Those of `MULTI` and `EXEC` as well.
            Self::Transaction(pipeline) => pipeline.len() + 2,
        }
    }

    pub(super) async fn through(self, mut connection: MultiplexedConnection) -> RedisResult<Value> {
        let answers = match self {
            Self::One(command) => vec![connection.send_packed_command(command).await?],
            Self::Many(pipeline) | Self::InOrder(pipeline) | Self::Transaction(pipeline) => {
                connection.send_packed_commands(pipeline, 0, self.n_answers()).await?
            }
        };
        self.read(answers)
    }

    /// What the answers mean.
    pub(super) fn read(self, mut answers: Vec<Value>) -> RedisResult<Value> {
        match self {
            Self::One(_) => answers.pop().unwrap_or(Value::Nil).extract_error(),
            Self::Many(_) => Ok(Value::Array(answers)),
            Self::InOrder(_) => {
                for answer in answers {
                    answer.extract_error()?;
                }
                Ok(Value::Nil)
            }
            Self::Transaction(_) => {
                let done = answers.pop().unwrap_or(Value::Nil);
                // Why a command was not even queued is said in its place; `EXEC` then only says that nothing was done.
                for answer in answers {
                    answer.extract_error()?;
                }
                done.extract_error()
            }
        }
    }
}
