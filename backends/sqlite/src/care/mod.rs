//! Keeping the database well: *check*, *back up* and *vacuum*, each on a thread and connection of its own, so that a service
//! goes on beside it.

mod backup;
mod check;
mod vacuum;

use egret_core::{Error, ErrorKind, Result, Words};
use tokio::sync::oneshot;

pub(crate) use backup::copy_pages;
pub(crate) use check::is_whole;

use crate::writer::THREAD_STACK;

/// Runs a long piece of work on a thread of its own. It goes on when nobody waits for it any more.
async fn apart<T: Send + 'static>(verb: &'static str, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    let builder = std::thread::Builder::new().name("egret-care".to_owned()).stack_size(THREAD_STACK);
    // Nobody being there to take the answer is no error.
    let started = builder.spawn(move || drop(reply.send(work())));
    let failed = || Error::new(ErrorKind::Unavailable, Words::failed(Words::verb(verb)));
    started.map_err(|error| failed().with_source(error))?;
    answer.await.map_err(|_| failed())?
}
