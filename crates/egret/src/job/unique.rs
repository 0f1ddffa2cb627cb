//! When one job is enough.

use std::time::Duration;

pub use egret_core::UniqueKey;

use crate::arguments::Arguments;

/// What two jobs have in common when one of them is enough. The derive macro writes it for `#[job(unique)]`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum UniqueBy<'a> {
    /// The class and these arguments: all of the job's, or those of some of its fields.
    Arguments(&'a Arguments),
    /// This key, whatever the class.
    Key(&'a str),
}

impl UniqueBy<'_> {
    /// The key of a job of the class: the class with the arguments as they stand in the payload, or the key itself. `window`
    /// is for how long after the enqueue it stays taken even if the job has ended.
    pub fn of_class(self, class: &str, window: Option<Duration>) -> UniqueKey {
        let key = match self {
            Self::Arguments(arguments) => format!("{class}({})", arguments.get()),
            Self::Key(key) => key.to_owned(),
        };
        UniqueKey { key, window }
    }
}
