//! The rules of the table `delayed_jobs` that no database changes: who may take a row, how a run ends, what a name of a
//! lock and a text of an error look like.
//!
//! Ruby's workers know nothing of ours but the rows, so every rule here is one of theirs, or one that they cannot tell
//! from their own (delayed_job 4.1, `lib/delayed/worker.rb`, `backend/base.rb`).

mod end;
mod error_text;
mod lock_name;
mod row;
mod schedule;
mod settings;

pub use end::End;
pub use error_text::error_text;
pub use lock_name::LockName;
pub use row::{NewRow, Row};
pub use schedule::retry_at;
pub(crate) use settings::RENEWED_AFTER;
pub use settings::{ClassSettings, FailureRules, Settings};
