//! Services: the file that each live one holds, and the verbs *register*, *beat*, *leave*, *rescue* and *order*.
//!
//! A service holds an exclusive lock on a file of its own for as long as it lives; the operating system frees it when the
//! process ends, however it ends, so that others see its death at once. The file also has the beat (for processes that
//! are stopped and hold their lock) and a mark for each job that has started, so that a death counts only against jobs that
//! ran. All of it is plain writes, which survive the process and need no disk.

mod beat;
mod claims;
mod file;
mod fleet;
mod leave;
mod liveness;
mod presence;
mod register;
mod rescue;
mod roster;

pub(crate) use fleet::Fleet;
pub(crate) use leave::next_due;
pub(crate) use presence::presence;
pub(crate) use roster::{Standing, is_alive, records, standing};
