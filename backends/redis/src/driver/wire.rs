//! A connection that is written to and read from by whoever holds it, on his own thread.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use redis::Value;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::answers::Answers;

/// So much room there is for what is read at once.
const READ_AT_ONCE: usize = 16 * 1024;

/// A connection to a server that speaks RESP 2.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// What could not be sent at once.
    unsent: Vec<u8>,
    answers: Answers,
}

impl Wire {
    /// Takes a stream over from the runtime that made it.
    pub(super) fn new(stream: tokio::net::TcpStream) -> io::Result<Self> {
        Ok(Self { stream: stream.into_std()?, unsent: Vec::new(), answers: Answers::default() })
    }

    /// Whether the server has neither hung up nor said anything that nobody asked for.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Sends commands and waits for their answers at most so long, on this thread; `None` when they are still to come.
    ///
    /// # Errors
    /// When the connection breaks. It is of no more use then.
    pub(super) fn ask(
        &mut self,
        commands: &[u8],
        n_answers: usize,
        patience: Duration,
    ) -> io::Result<Option<Vec<Value>>> {
        let began = Instant::now();
        let n_sent = unless_blocked(self.stream.write(commands))?.unwrap_or(0);
        if n_sent < commands.len() {
            self.unsent = commands[n_sent..].to_vec();
            return Ok(None);
        }
        while let Some(left) = patience.checked_sub(began.elapsed()) {
            let mut readable = [PollFd::new(&self.stream, PollFlags::IN)];
            let left = Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() };
            match poll(&mut readable, Some(&left)) {
                Ok(0) => break,
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let stream = &mut self.stream;
            let read = self.answers.add(READ_AT_ONCE, |room| stream.read(room));
            if unless_blocked(read)? == Some(0) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(answers) = self.answers.take(n_answers)? {
                return Ok(Some(answers));
            }
        }
        Ok(None)
    }

    /// Waits for all answers to what was sent, and keeps no thread meanwhile. To be called where connections live.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(super) async fn wait_for(self, n_answers: usize) -> io::Result<(Vec<Value>, Self)> {
        let Self { stream, unsent, mut answers } = self;
        let mut stream = tokio::net::TcpStream::from_std(stream)?;
        stream.write_all(&unsent).await?;
        loop {
            if let Some(answered) = answers.take(n_answers)? {
                return Ok((answered, Self { stream: stream.into_std()?, unsent: Vec::new(), answers }));
            }
            if stream.read_buf(answers.room()).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// `None` where there is nothing to be done yet.
fn unless_blocked(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
        done => done.map(Some),
    }
}
