//! The table as a store: each verb of the seam, a file a verb.
//!
//! Beside Delayed Job's table there are three of ours: services with their beats, claims with what no column has room for, and
//! names. They are made by a migration only. Where there are none, they are kept in the memory of this process: then Ruby's
//! guarantees are all there are.

mod backend;
mod backlog;
mod beat;
mod capabilities;
mod change;
mod claim;
mod column;
mod due;
mod enqueue;
mod filter_walk;
mod find;
mod finish;
mod inspect;
mod leave;
mod mark;
mod names;
mod open;
mod order;
mod pause;
mod persist;
mod presence;
mod queues;
mod record;
mod register;
mod release;
mod rescue;
mod roster;
mod row;
mod starts;
mod statements;
mod strangers;
mod tables;
mod tidy;
mod transaction;
mod unknown;
mod unreadable;
mod wait;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use egret_core::roster::Observations;
use egret_core::{Capabilities, Error, Timestamp, Timing};

pub use backend::DelayedJob;
pub use open::TablesFound;

use self::queues::QueueNames;
use self::starts::Starts;
use self::tables::Tables;
use self::unknown::LeftToOthers;
use self::unreadable::Unreadable;
use self::wait::Waiting;
use crate::database::{Database, IoThread};
use crate::table::Settings;

/// The adapter's name, as Active Job knows it.
pub const ADAPTER: &str = "delayed_job";

/// The queue under which rows are shown that are in none.
pub(crate) const UNNAMED: &str = "(unnamed)";

/// A store on one table. Handles share nothing but the database.
#[derive(Debug)]
pub(crate) struct Store {
    io: IoThread,
    database: Arc<dyn Database>,
    tables: Tables,
    /// Tables of ours where the application's database has none.
    apart: Option<Apart>,
    settings: Settings,
    timing: Timing,
    capabilities: Capabilities,
    starts: Starts,
    observations: Observations,
    queue_names: QueueNames,
    unreadable: Unreadable,
    left_to_others: LeftToOthers,
    waiting: Waiting,
    /// Names of locks of which nobody knows whether they came to be.
    doubtful: Mutex<Vec<String>>,
    /// When what others have left behind was last taken away.
    tidied: Mutex<Option<Instant>>,
}

/// Tables of this process alone.
#[derive(Debug)]
struct Apart {
    database: Arc<dyn Database>,
    tables: Tables,
}

impl Store {
    /// The clock by which jobs become due: that of whoever looks, as in Ruby. To the microsecond, as columns keep it.
    fn clock(&self) -> Timestamp {
        egret_core::job_data::from_microseconds(Timestamp::now().as_microsecond())
    }

    fn cannot(&self, verb: &str) -> Error {
        Error::unsupported(ADAPTER, verb)
    }
}
