//! What Sidekiq's and Resque's queues have in common as stores: lists of bytes, popped into a hash of claims.
//!
//! A claim pops jobs and keeps their bytes under its number in a hash of the service, in one script. Whether that number is
//! still there decides about everything that is written under the claim. Nothing here reads a job; see [`Format`].

mod backend;
mod backlog;
mod beat;
mod book;
mod caps;
mod change;
mod claim;
mod claiming;
mod due;
mod enqueue;
mod find;
mod finish;
mod format;
mod gather;
mod host_marks;
mod inspect;
mod iteration;
mod keys;
mod leave;
mod marks;
mod pause;
mod presence;
mod queue_names;
mod refusal;
mod register;
mod release;
mod rescue;
mod roster;
mod script_reply;
mod seats;
mod stand;
mod standing;
mod wait;
mod watch;
mod writes;

use std::sync::Arc;

use egret_core::roster::Observations;
use egret_core::{Result, Timing};

pub(crate) use backend::Handle;
pub(crate) use caps::excess;
#[cfg(test)]
pub(crate) use format::INTERRUPTED_MARK;
pub(crate) use format::{
    Appearance, Counter, Element, End, Ended, Fate, Format, Held, Layout, ShelfSizes, Shelved, Stranger, Tally,
    at_seconds,
};
pub(crate) use seats::SeatKeys;
pub(crate) use writes::Writes;

use self::beat::Beats;
use self::book::Book;
use self::claiming::Claiming;
use self::host_marks::HostMarks;
use self::keys::Keys;
use self::marks::Marks;
use self::queue_names::QueueNames;
use self::wait::Waiting;
use crate::driver::{Address, Driver};

/// A store of one format. Handles share nothing but the server.
#[derive(Debug)]
pub(crate) struct Store<F: Format> {
    pub(crate) driver: Driver,
    pub(crate) format: F,
    keys: Keys,
    timing: Timing,
    /// What this handle has claimed and not ended.
    book: Arc<Book>,
    claiming: Claiming,
    marks: Marks,
    host_marks: HostMarks,
    beats: Beats,
    observations: Observations,
    queue_names: QueueNames,
    waiting: Waiting,
    /// When what others have left behind was last taken away.
    tidied: std::sync::Mutex<Option<std::time::Instant>>,
}

impl<F: Format> Store<F> {
    /// Connects to the server.
    pub(crate) async fn open(address: Address, format: F, timing: Timing) -> Result<Self> {
        let driver = Driver::open(address).await?;
        let keys = Keys::new(format.layout());
        let waiting = Waiting::new(keys.hints.clone());
        Ok(Self {
            driver,
            format,
            keys,
            timing,
            book: Arc::default(),
            claiming: Claiming::default(),
            marks: Marks::default(),
            host_marks: HostMarks::default(),
            beats: Beats::default(),
            observations: Observations::default(),
            queue_names: QueueNames::default(),
            waiting,
            tidied: std::sync::Mutex::default(),
        })
    }

    fn layout(&self) -> &Layout {
        self.format.layout()
    }
}
