//! An enqueuer that lives as long as the test likes and enqueues when it is told to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A process that runs the command `enqueue-when-told`.
#[derive(Debug)]
pub struct Told {
    child: Child,
    lines: BufReader<ChildStdout>,
}

/// A job that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// When the enqueue returned, in microseconds since the epoch.
    pub at: u64,
}

impl Told {
    /// Starts the command.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Has it enqueue one job, and answers when that is stored.
    pub fn enqueue(&mut self) -> Stored {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        let (id, at) = line.trim().split_once(' ').expect("the enqueuer says what it stored");
        Stored { id: id.to_owned(), at: at.parse().unwrap() }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
