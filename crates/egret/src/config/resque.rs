//! `resque`: what only stores of Resque's have.

use super::reader::Reader;

/// What only stores of Resque's have. `None` is what that store does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResqueSettings {
    /// `resque.scheduler_lock_prefix`: the word before the name of resque-scheduler's lock. Without it: none. The URL's
    /// `scheduler_lock_prefix` goes before it.
    pub scheduler_lock_prefix: Option<String>,
}

impl ResqueSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { scheduler_lock_prefix: reader.text("resque.scheduler_lock_prefix") }
    }
}
