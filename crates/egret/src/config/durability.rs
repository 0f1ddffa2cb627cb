//! What an acknowledged job survives.

use std::fmt;

/// When an enqueue counts as done. Stores that have no such choice ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Durability {
    /// `full`: the job survives power loss. Costs a flush of the disk, which jobs enqueued at the same time share.
    #[default]
    Full,
    /// `normal`: the job survives the death of any process, but power loss may take the last moments.
    Normal,
}

impl Durability {
    pub(super) const ALL: [Self; 2] = [Self::Full, Self::Normal];

    /// The value in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Normal => "normal",
        }
    }
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
