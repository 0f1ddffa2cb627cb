//! Threads that read, so that no async worker waits for the disk. The loops of a service, whose threads are its own, read for
//! themselves.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use egret_core::{Error, ErrorKind, Result, Words, words};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::books::Books;
use crate::connection::{Impatience, is_busy, open_reader};
use crate::damage::is_corruption;
use crate::error::failed;
use crate::writer::{Session, Settings, THREAD_STACK};

/// After so long without work the connection is closed, so that an idle service is small.
const IDLE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(std::result::Result<&mut Session<'_>, rusqlite::Error>) + Send>;

/// A connection that reads, with its books.
#[derive(Debug)]
struct Desk {
    connection: Connection,
    books: Books,
}

/// A handle on one thread that reads. The thread starts with the first call and ends with the handle.
#[derive(Debug)]
pub(crate) struct Reader {
    name: &'static str,
    path: PathBuf,
    settings: Arc<Settings>,
    /// Whoever has it reads. Empty while nobody has read for a while.
    desk: Arc<Mutex<Option<Desk>>>,
    /// Guards the start of the thread.
    thread: Mutex<Option<(Sender<Job>, JoinHandle<()>)>>,
}

impl Reader {
    pub(crate) fn new(name: &'static str, path: PathBuf, settings: Arc<Settings>) -> Self {
        Self { name, path, settings, desk: Arc::default(), thread: Mutex::new(None) }
    }

    /// Runs a closure that only reads, in one read transaction.
    pub(crate) async fn call<T, F>(&self, verb: &'static str, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.call_blindly(verb, |session| {
            session.books.refresh(session.connection)?;
            read(session)
        })
        .await
    }

    /// The same for the loops of a service, whose threads may read for a moment: on the caller's thread, if nobody is before
    /// it.
    pub(crate) async fn call_at_once<T, F>(&self, verb: &'static str, mut read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Session<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        match self.try_at_once(verb, &mut read) {
            Some(value) => value,
            None => self.call(verb, read).await,
        }
    }

    /// Reads on the caller's thread; `None` when that would have to wait.
    fn try_at_once<T>(
        &self,
        verb: &'static str,
        read: impl FnOnce(&mut Session<'_>) -> rusqlite::Result<T>,
    ) -> Option<Result<T>> {
        let _impatience = Impatience::begin();
        let mut desk = self.desk.try_lock().ok()?;
        if let Err(error) = self.settings.watch.assure(verb) {
            return Some(Err(error));
        }
        let value = Desk::at(&mut desk, &self.path).and_then(|desk| {
            in_one_view(&mut desk.session(&self.settings), |session| {
                session.books.refresh(session.connection)?;
                read(session)
            })
        });
        match value {
            Ok(value) => Some(Ok(value)),
            // A destroyed store is copied, which takes long: not on this thread.
            Err(error) if is_busy(&error) || is_corruption(&error) => None,
            Err(error) => Some(Err(failed(verb, error))),
        }
    }

    /// The same without the books, which a store that is not whole may not give.
    pub(crate) async fn call_blindly<T, F>(&self, verb: &'static str, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let watch = Arc::clone(&self.settings.watch);
        let job: Job = Box::new(move |session| {
            // After the connection was opened by the file's name: it could be that of another file by now.
            let value = watch.assure(verb).and_then(|()| match session {
                Ok(session) => {
                    let connection = session.connection;
                    in_one_view(session, read).map_err(|error| watch.refusal(connection, verb, error))
                }
                Err(error) => {
                    watch.report(&error);
                    Err(failed(verb, error))
                }
            });
            // Nobody being there to take the answer is no error.
            let _ = reply.send(value);
        });
        let ended = |_| Error::new(ErrorKind::Unavailable, Words::refused(Words::verb(verb), reader_ended()));
        self.send(job)?;
        answer.await.map_err(ended)?
    }

    fn send(&self, job: Job) -> Result<()> {
        let mut thread = self.thread.lock().expect("nothing panics while it starts a thread");
        if thread.is_none() {
            *thread = Some(self.start()?);
        }
        let Some((jobs, _)) = thread.as_ref() else { return Ok(()) };
        jobs.send(job).map_err(|_| Error::new(ErrorKind::Unavailable, reader_ended()))
    }

    fn start(&self) -> Result<(Sender<Job>, JoinHandle<()>)> {
        let (sender, jobs) = channel();
        let (path, settings, desk) = (self.path.clone(), Arc::clone(&self.settings), Arc::clone(&self.desk));
        let builder = std::thread::Builder::new().name(self.name.to_owned()).stack_size(THREAD_STACK);
        let thread = builder.spawn(move || work(&path, &settings, &desk, &jobs)).map_err(|error| {
            Error::new(ErrorKind::Unavailable, Words::failed(Words::verb("start a thread that reads")))
                .with_source(error)
        })?;
        Ok((sender, thread))
    }
}

fn reader_ended() -> Words {
    words!("store-reader-ended", "the thread that reads has ended")
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Ok(mut thread) = self.thread.lock()
            && let Some((jobs, thread)) = thread.take()
        {
            drop(jobs);
            if thread.join().is_err() {
                tracing::error!("a thread that reads a store panicked");
            }
        }
    }
}

fn work(path: &Path, settings: &Settings, desk: &Mutex<Option<Desk>>, jobs: &Receiver<Job>) {
    // Outer loop: asleep without a connection. Inner loop: at work with one.
    while let Ok(first) = jobs.recv() {
        let mut job = first;
        loop {
            // Who panicked here has only read.
            let mut present = desk.lock().unwrap_or_else(PoisonError::into_inner);
            match Desk::at(&mut present, path) {
                Ok(desk) => job(Ok(&mut desk.session(settings))),
                Err(error) => job(Err(error)),
            }
            drop(present);
            job = match jobs.recv_timeout(IDLE) {
                Ok(next) => next,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            };
        }
        *desk.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Desk {
    /// The connection, opened if there is none.
    fn at<'d>(desk: &'d mut Option<Self>, path: &Path) -> rusqlite::Result<&'d mut Self> {
        match desk {
            Some(desk) => Ok(desk),
            None => Ok(desk.insert(Self { connection: open_reader(path)?, books: Books::default() })),
        }
    }

    fn session<'d>(&'d mut self, settings: &'d Settings) -> Session<'d> {
        Session::new(&self.connection, &mut self.books, settings)
    }
}

/// Everything the closure reads is of one moment.
fn in_one_view<T>(
    session: &mut Session<'_>,
    read: impl FnOnce(&mut Session<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    session.execute("BEGIN", [])?;
    let value = read(session);
    // What was read was read. A database that is destroyed may not even end a transaction.
    if session.execute("COMMIT", []).is_err() && !session.connection.is_autocommit() {
        let _ = session.connection.execute_batch("ROLLBACK");
    }
    value
}
