//! The built-in job `Egret::Command`: a program as a job.
//!
//! Its one argument is a hash ([`ProgramArguments`]); no shell is involved. The program runs in a process group of its
//! own, reads from `/dev/null`, and what it writes goes to the log of the attempt. When its time is up or the job is
//! cancelled, the whole group is asked to end (TERM) and after a grace of 5 s ended by force (KILL); the run lasts until no
//! member is left. Members that outlive their leader by more than 2 s are ended in the same way; a process that left the
//! group (a daemon) is nobody's affair.
//!
//! # Guard
//!
//! Where the running program may start itself again ([`Reexec`]), a [guard](guard_main) stands between the service and the
//! program: a small process that ends the group when the service dies, also by `kill -9`, and that holds a lock which the
//! store's rescue waits for. So no program of a dead service still runs when its job runs again. In a library without the
//! command line the service starts programs itself; then a program outlives a service that dies by `kill -9`, and for that
//! time two runs of it can overlap.
//!
//! # What may run
//!
//! See [`permit`]. Jobs that may not run are discarded with the reason; they can be retried once it is gone.

mod arguments;
mod direct;
mod environment;
mod error;
mod guard;
mod launch;
mod policy;
mod reexec;
mod run;
mod running;
mod store_file;

pub use self::arguments::ProgramArguments;
pub use self::environment::RunEnvironment;
pub use self::error::{ProgramError, ProgramResult};
pub use self::guard::{GUARD_ARGUMENT, guard_main};
pub use self::policy::{Permit, Refusal, permit};
pub use self::reexec::Reexec;
pub use self::run::run;
pub use self::store_file::{StoreFileProblem, check_store_file};
pub use crate::process::ProcessEnd;

/// The class of the job.
pub const PROGRAM_CLASS: &str = "Egret::Command";
