//! Why a job does not run: a stable code, a sentence, the command that mends it, and the facts.
//!
//! [`Circumstances`] asks the store, [`Why::of`] judges and speaks the reader's language. Where several causes hold, the
//! one whose mending comes first is named, in the order of [`Code`]. Two rules beside that order:
//!
//! - A cause is named only where it holds the job. A claimed job waits for its holder and no longer for its queue, its
//!   class or a pause; on demand, a failed start is the cause of there being no service, so [`Code::StartFailed`] stands
//!   in for [`Code::NoService`]; a time that a wrong clock gave is [`Code::ClockSkew`], not [`Code::Future`].
//! - A service that gives no sign for a lease counts as dead here, although the store still waits before it takes the
//!   job away: who asks wants to know what is to be feared.

mod circumstances;
mod code;
mod held;
mod judge;
mod reason;
#[cfg(test)]
mod tests;
mod waiting;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::circumstances::Circumstances;
pub use self::code::Code;
use self::reason::Reason;
use crate::language::Reader;

/// Why a job does not run, in the words of one reader.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// The stable name of the cause.
    pub code: Code,
    /// What is the matter, for people.
    pub sentence: String,
    /// The command that mends it, or shows what goes on where nothing needs mending; it loses nothing.
    pub remedy: String,
    /// What the sentence is made of, for programs.
    pub facts: Map<String, Value>,
    /// Whether it passes by itself within moments as a rule.
    #[serde(skip)]
    pub is_passing: bool,
}

impl Why {
    /// The cause for which a job does not run; `None` for one that has ended and needs nobody.
    pub fn of(circumstances: &Circumstances, reader: &Reader) -> Option<Self> {
        judge::reason(circumstances).map(|reason| reason.told_to(reader))
    }

    /// The answer when the store itself cannot be asked.
    pub fn store_unreachable(error: &str, reader: &Reader) -> Self {
        let reason = Reason::new(Code::StoreUnreachable, "why-store-unreachable", "egret check");
        reason.with("error", error).told_to(reader)
    }
}
