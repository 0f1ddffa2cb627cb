//! What an attempt writes while it runs: its lines through `tracing`, and the output of programs.
//!
//! Each run has one [`ExecutionLog`]. Lines reach it through [`ExecutionLogLayer`], which finds the log of the running
//! job, or from a program through an [`OutputRecorder`]. The first lines go to the store, which shows them; all of them
//! go to a file of the attempt in a [`LogFolder`], with the raw bytes of a program beside it, and [`Follow`] reads those
//! files while they grow. A service has one [`LogOutbox`], which opens the logs, says which have lines for the store, and
//! owns the one thread that writes files.
//!
//! A flood harms nobody: memory is bounded for each log, past a cap everything is dropped after one line that says so,
//! and code that logs waits for a slow disk a few milliseconds at most.

mod attempt_files;
mod file_writer;
mod folder;
mod follow;
mod head;
mod layer;
mod level;
mod limits;
mod log;
mod outbox;
mod output;
mod pending;
mod text_line;

pub use self::folder::{LogFile, LogFolder};
pub use self::follow::{Follow, FollowLines};
pub use self::layer::ExecutionLogLayer;
pub(crate) use self::layer::job_line;
pub use self::level::LevelBound;
pub use self::limits::LogLimits;
pub use self::log::ExecutionLog;
pub use self::outbox::LogOutbox;
pub use self::output::OutputRecorder;
pub use self::text_line::{format_line, parse_line};
