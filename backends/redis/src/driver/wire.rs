//! A connection that is written to and read from by whoever holds it, on his own thread.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use redis::Value;
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::answers::Answers;
use super::looks::Looks;

/// So much room there is for what is read at once.
const READ_AT_ONCE: usize = 16 * 1024;

/// A connection to a server that speaks RESP 2.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// What could not be sent at once.
    unsent: Vec<u8>,
    answers: Answers,
    looks: Looks,
}

impl Wire {
    /// Takes a stream over from the runtime that made it.
    pub(super) fn new(stream: tokio::net::TcpStream) -> io::Result<Self> {
        Ok(Self::of(stream.into_std()?, Answers::default(), Looks::default()))
    }

    fn of(stream: TcpStream, answers: Answers, looks: Looks) -> Self {
        Self { stream, unsent: Vec::new(), answers, looks }
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
        let look_until = self.looks.how_long();
        loop {
            let elapsed = began.elapsed();
            if elapsed < look_until {
                // Whoever else has something to do goes first: the server, if it is to run here.
                std::thread::yield_now();
            } else if !self.sleep(patience.saturating_sub(elapsed))? {
                return Ok(None);
            }
            if self.read()?
                && let Some(answers) = self.answers.take(n_answers)?
            {
                if began.elapsed() < look_until {
                    self.looks.were_worth_it();
                }
                return Ok(Some(answers));
            }
        }
    }

    /// Sleeps until there is something to read, at most so long; whether there may be something.
    fn sleep(&self, at_most: Duration) -> io::Result<bool> {
        let mut readable = [PollFd::new(&self.stream, PollFlags::IN)];
        let at_most = Timespec { tv_sec: 0, tv_nsec: at_most.subsec_nanos().into() };
        match poll(&mut readable, Some(&at_most)) {
            Ok(n_readable) => Ok(n_readable > 0),
            Err(Errno::INTR) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads what has come; whether that is anything.
    fn read(&mut self) -> io::Result<bool> {
        let room = self.answers.room();
        room.reserve(READ_AT_ONCE);
        match recv(&self.stream, spare_capacity(room), RecvFlags::empty()) {
            Ok((0, _)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(true),
            Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for all answers to what was sent, and keeps no thread meanwhile. To be called where connections live.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(super) async fn wait_for(self, n_answers: usize) -> io::Result<(Vec<Value>, Self)> {
        let Self { stream, unsent, mut answers, looks } = self;
        let mut stream = tokio::net::TcpStream::from_std(stream)?;
        stream.write_all(&unsent).await?;
        loop {
            if let Some(answered) = answers.take(n_answers)? {
                return Ok((answered, Self::of(stream.into_std()?, answers, looks)));
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
