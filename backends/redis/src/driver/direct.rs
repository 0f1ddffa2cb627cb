//! A second connection, for who is alone.
//!
//! Commands of many go together through one connection, which is served on a thread of its own: to there and back are two
//! changes of thread, which take longer than a server nearby. Who sends while nobody else does has no use for that. He writes and
//! reads on his own thread, and waits there as long as a change of thread and back takes. A server that needs longer,
//! and one that is far away, keeps no thread of a runtime: the rest of the answer is waited for where all connections live.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::wire::Wire;

/// Answers that take longer are not waited for on the caller's thread, and the next one neither.
pub(super) const PATIENCE: Duration = Duration::from_micros(250);
/// More bytes are not sent this way: what they ask takes time.
pub(super) const MOST_BYTES: usize = 16 * 1024;
/// So often somebody must have been alone before there is such a connection: a command line has no use for one.
const WORTH_IT: u32 = 16;
/// Between two tries to connect.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Who sends, and the connection for who is alone.
#[derive(Debug)]
pub(super) struct Direct {
    n_senders: AtomicUsize,
    /// How long the last answer took, in microseconds.
    last_took: AtomicU64,
    place: Mutex<Place>,
}

#[derive(Debug)]
enum Place {
    /// There is none, and so often one would have been used.
    Empty {
        n_missed: u32,
        not_before: Option<Instant>,
    },
    /// It is being made, or used; whether it is of use after that.
    Away {
        is_wanted: bool,
    },
    Free(Wire),
    /// There can be none.
    Never,
}

/// What somebody finds who is alone.
pub(super) enum Found {
    /// To be brought back with [`Direct::bring`].
    Wire(Wire),
    /// One should be made and brought.
    Nothing,
    /// The other connection does it.
    NotNow,
}

impl Direct {
    pub(super) fn new(is_possible: bool) -> Self {
        let place = if is_possible { EMPTY } else { Place::Never };
        Self { n_senders: AtomicUsize::new(0), last_took: AtomicU64::new(u64::MAX), place: Mutex::new(place) }
    }

    /// Counts somebody who sends for as long as the value lives.
    pub(super) fn enter(&self) -> Sender<'_> {
        self.n_senders.fetch_add(1, Ordering::AcqRel);
        Sender(self)
    }

    /// The connection, for the only one who sends.
    pub(super) fn find(&self) -> Found {
        let mut place = self.lock();
        match &mut *place {
            Place::Never | Place::Away { .. } => Found::NotNow,
            Place::Empty { n_missed, not_before } => {
                *n_missed += 1;
                let is_time = not_before.is_none_or(|at| at <= Instant::now());
                if *n_missed < WORTH_IT || !is_time {
                    return Found::NotNow;
                }
                *place = AWAY;
                Found::Nothing
            }
            free @ Place::Free(_) => match std::mem::replace(free, AWAY) {
                Place::Free(wire) if wire.is_quiet() => Found::Wire(wire),
                _ => {
                    *free = EMPTY;
                    Found::NotNow
                }
            },
        }
    }

    /// Brings a connection, or tells that there is none.
    pub(super) fn bring(&self, wire: Option<Wire>) {
        let mut place = self.lock();
        let is_wanted = matches!(*place, Place::Away { is_wanted: true });
        *place = match wire {
            Some(wire) if is_wanted => Place::Free(wire),
            Some(_) => EMPTY,
            None => Place::Empty { n_missed: 0, not_before: Some(Instant::now() + RECONNECT_PAUSE) },
        };
    }

    /// Uses the connection no more that there is.
    pub(super) fn forget(&self) {
        let mut place = self.lock();
        match &mut *place {
            Place::Free(_) => *place = EMPTY,
            Place::Away { is_wanted } => *is_wanted = false,
            Place::Empty { .. } | Place::Never => {}
        }
    }

    /// Remembers how long an answer took.
    pub(super) fn took(&self, time: Duration) {
        self.last_took.store(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().expect("nothing panics with the connection")
    }
}

const EMPTY: Place = Place::Empty { n_missed: 0, not_before: None };
const AWAY: Place = Place::Away { is_wanted: true };

/// Somebody who sends.
#[derive(Debug)]
pub(super) struct Sender<'a>(&'a Direct);

impl Sender<'_> {
    /// Whether nobody else sends, also after all others of this runtime had their turn, and the server answers quickly.
    pub(super) async fn is_alone(&self) -> bool {
        let is_quick = u128::from(self.0.last_took.load(Ordering::Relaxed)) <= PATIENCE.as_micros();
        if !is_quick || self.0.n_senders.load(Ordering::Acquire) > 1 {
            return false;
        }
        tokio::task::yield_now().await;
        self.0.n_senders.load(Ordering::Acquire) == 1
    }
}

impl Drop for Sender<'_> {
    fn drop(&mut self) {
        self.0.n_senders.fetch_sub(1, Ordering::AcqRel);
    }
}
