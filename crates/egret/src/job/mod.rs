//! Typed jobs: a struct is the arguments, its `perform` is the work.
//!
//! ```
//! use egret::{Context, Job};
//!
//! #[derive(Job)]
//! #[job(queue = "mailers")]
//! struct SendInvoice {
//!     invoice_id: u64,
//! }
//!
//! impl SendInvoice {
//!     async fn perform(self, context: &Context) -> egret::Result {
//!         context.log(format_args!("sending invoice {}", self.invoice_id));
//!         Ok(())
//!     }
//! }
//! ```
//!
//! With an [`App`] at hand, `SendInvoice { invoice_id: 7 }.perform_later(&app).await?` stores the job, and a service that
//! has [registered](Registry::register) the class performs it.

pub mod bindings;
mod bulk;
mod context;
mod definition;
mod ending;
mod error;
mod error_class;
mod iteration;
mod judge;
mod method;
mod options;
mod outcome;
mod registry;
mod rule;
mod run;
mod unique;

use std::future::Future;

use egret_core::JobId;

pub use bindings::Bindings;
pub use bulk::{PreparedJob, perform_all_later};
pub use context::Context;
pub use definition::Definition;
pub use ending::Ending;
pub use error::{JobError, Panicked, TimeLimitExceeded};
pub use error_class::ErrorClass;
pub use iteration::Iteration;
pub use judge::{Decision, Retry, judge};
pub use method::PerformMethod;
pub use options::Set;
pub use outcome::{Done, IntoPerformed};
pub use registry::{RegisteredJob, Registry, RunJob};
pub use rule::{Attempts, Reaction, RetryPolicy, Rule, Wait};
pub use unique::{UniqueBy, UniqueKey};

use crate::arguments::{Arguments, DeserializationError, SerializationError};
use crate::{App, Error};

/// What `perform` returns, for most jobs.
pub type Result<T = (), E = JobError> = std::result::Result<T, E>;

/// A job: its fields are the arguments, [`run`](Self::run) is the work.
///
/// Derive it; the macro calls the struct's own `async fn perform(self)` or `async fn perform(self, context: &Context)`.
/// See [`macro@crate::Job`] for the attributes.
pub trait Job: Sized + Send + 'static {
    /// The name under which the class stands in payloads; Active Job's `job_class`.
    const CLASS: &'static str;

    /// Queue, priority, rules and limits of the class.
    fn definition() -> &'static Definition;

    /// The arguments in their wire form.
    ///
    /// # Errors
    /// When a value has no wire form.
    fn to_arguments(&self) -> std::result::Result<Arguments, SerializationError>;

    /// Reads the arguments.
    ///
    /// # Errors
    /// When they are not what the struct expects.
    fn from_arguments(arguments: &Arguments) -> std::result::Result<Self, DeserializationError>;

    /// What another job must have, so that this one is not stored while it lives; `None`, the default: nothing makes one of
    /// them enough. `#[job(unique)]` writes it.
    ///
    /// # Errors
    /// When a value has no wire form.
    fn unique_key(&self) -> std::result::Result<Option<UniqueKey>, SerializationError> {
        Ok(None)
    }

    /// Does the work.
    fn run(self, context: &Context) -> impl Future<Output = Result<Done>> + Send;

    /// Begins to change how this one job is enqueued or performed: when, in which queue, with which priority.
    fn set(self) -> Set<Self> {
        Set::new(self)
    }

    /// Begins to bind this one job to something beside its arguments, such as a user: see [`Set::bind`].
    fn bind(self, key: impl AsRef<str>, value: impl ToString) -> Set<Self> {
        self.set().bind(key, value)
    }

    /// Stores the job, to be performed as soon as a service is free. It is stored, durably where the store can, when
    /// this returns.
    ///
    /// # Errors
    /// When an argument has no wire form, a limit is full, or the store fails.
    fn perform_later(self, app: &App) -> impl Future<Output = std::result::Result<JobId, Error>> + Send {
        self.set().perform_later(app)
    }

    /// Performs the job here and now. The rules of the class apply: an error that they retry enqueues the job again. A
    /// snooze is reported, not enqueued.
    ///
    /// # Errors
    /// The error of the job, when no rule handled it.
    fn perform_now(self, app: &App) -> impl Future<Output = Result<Ending>> + Send {
        self.set().perform_now(app)
    }
}
