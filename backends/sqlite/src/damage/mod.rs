//! What happens when the database is destroyed under those who use it: pages overwritten, the file or its write-ahead log
//! deleted or replaced.
//!
//! The first writer who notices takes SQLite's write lock, leaves a *notice* beside the store, and lets go. Each process looks
//! for the notice while it has the lock, at least once a second, so that a second later none commits to that file any more,
//! and everything acknowledged is in what is copied then:
//!
//! 1. every page as it is, through the connection that is still open, also when the file has no name any more; without
//!    SQLite when that does not even begin (`raw_copy`);
//! 2. when pages of that copy cannot be read, a new database with every row that can (`salvage`), also on pages
//!    to which no tree leads any more (`leaves`).
//!
//! The service stays up and refuses everything, with an error that names the copy and says what to do. The store is not
//! opened again until the copy has been put in its place.

mod calm;
mod cause;
mod copy;
mod identity;
mod leaves;
mod lock;
mod log_pages;
mod notice;
mod owner;
mod raw_copy;
mod rows;
mod salvage;
mod salvor;
mod watch;
mod words;

pub(crate) use cause::{Cause, is_corruption};
pub(crate) use notice::{known_damage, refuse_damaged};
pub(crate) use salvor::{Damaged, Salvor};
pub(crate) use watch::{Trouble, Watch};
