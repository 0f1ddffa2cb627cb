//! Process groups: how they are ended, and when they are gone.

mod ending;
mod exit;
mod group;

pub(crate) use self::ending::Ending;
pub use self::exit::ProcessEnd;
pub(crate) use self::exit::signal_name;
pub(crate) use self::group::ProcessGroup;
