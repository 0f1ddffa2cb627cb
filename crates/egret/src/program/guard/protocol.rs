//! What a service and a guard say to each other: one JSON value a line.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use crate::process::ProcessEnd;
use crate::program::launch::Launch;

/// From the service to the guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Start this; the answer to [`Report::Ready`].
    Start {
        /// The program.
        launch: Launch,
        /// How long it gets to end once it was asked to.
        grace: Duration,
    },
    /// Ask the program to end, and end it by force when its grace is over.
    Terminate,
}

/// From the guard to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// The lock is held.
    Ready,
    /// The lock cannot be had: nothing was started.
    Refused(String),
    /// The program runs; its process id is also the number of its group.
    Started(u32),
    /// The system refused to start it, with this error number, if it gave one.
    NotStarted(Option<i32>),
    /// The program ended like this and no member of its group is left.
    Ended(ProcessEnd),
}

/// One end of the socket: sends `S`, receives `R`.
#[derive(Debug)]
pub(super) struct Line<S, R> {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    /// What has come of the next line.
    partial: Vec<u8>,
    types: std::marker::PhantomData<fn(S) -> R>,
}

impl<S: Serialize, R: DeserializeOwned> Line<S, R> {
    pub(super) fn new(socket: UnixStream) -> Self {
        let (reader, writer) = socket.into_split();
        Self { reader: BufReader::new(reader), writer, partial: Vec::new(), types: std::marker::PhantomData }
    }

    pub(super) async fn send(&mut self, value: &S) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.writer.write_all(&line).await
    }

    /// The next value; `None` when the other end is gone or is not understood, which comes to the same: nobody can be
    /// trusted there.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub(super) async fn receive(&mut self) -> Option<R> {
        // On cancellation the bytes so far stay in `partial`.
        self.reader.read_until(b'\n', &mut self.partial).await.ok()?;
        let value = serde_json::from_slice(self.partial.strip_suffix(b"\n")?).ok();
        self.partial.clear();
        value
    }
}
