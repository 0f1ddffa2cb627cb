//! What happens when the database is destroyed under those who use it: pages overwritten, the file deleted or replaced.
//!
//! The first writer who notices takes SQLite's write lock, leaves a *notice* beside the store, and lets go. From then on no
//! process commits to that file any more, because each looks for the notice while it has the lock, so that everything
//! acknowledged is in what is copied next:
//!
//! 1. every page as it is, through the connection that is still open, also when the file has no name any more;
//! 2. when pages of that copy cannot be read, a new database with every row that can (`salvage`), also on pages
//!    to which no tree leads any more (`leaves`).
//!
//! The service stays up and refuses everything, with an error that names the copy and says what to do. The store is not
//! opened again until the copy has been put in its place.

mod copy;
mod identity;
mod leaves;
mod notice;
mod rows;
mod salvage;
mod watch;

pub(crate) use notice::refuse_damaged;
pub(crate) use watch::{Cause, Damaged, Trouble, Watch, is_corruption};
