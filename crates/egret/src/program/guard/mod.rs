//! The guard: a process between a service and a program that outlives neither.
//!
//! A guard is this executable, started again with a private first argument. Its standard input is a socket to the service,
//! its standard output and error are those of the program. What is said over the socket is in [`protocol`]:
//!
//! 1. The guard takes a shared lock on a file that the store's rescue locks exclusively, and says that it is ready.
//! 2. The service answers with the program. A service that is dead never answers, so that no program begins after the
//!    rescue of its job: this is why the lock comes before the answer.
//! 3. The guard starts the program in a group of its own and reports how it began and how it ended. On order it ends the
//!    group by and by.
//! 4. The socket ends when the service dies, however it dies. Then the guard ends the group by force, waits until no member
//!    is left, and exits; only now the lock is free and the job can run again.
//!
//! Signals that end processes mean nothing to a guard: a service manager that sends them to all processes of a service at
//! once must not be able to end the guard before the program.

mod client;
mod lock;
mod process;
mod protocol;

pub(super) use self::client::GuardedProgram;
pub use self::process::{GUARD_ARGUMENT, guard_main};
