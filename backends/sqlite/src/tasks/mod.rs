//! Tasks: named, exclusive records of progress.
//!
//! A hold on a task is a random number that is never used again. Who has it is written beside it: a claim, which is there
//! or not, or this process, which then holds a lock on a file that is named after the hold (`locks`).

mod hand;
mod hold;
mod list;
mod locks;
mod log;
mod prune;
mod row;

pub(crate) use locks::TaskLocks;
