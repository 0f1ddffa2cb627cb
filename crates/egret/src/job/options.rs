//! How one job is enqueued, when it is not as its class says: `set`.

use std::time::Duration;

use egret_core::{JobId, NewJob, Timestamp, UniqueKey};

use super::bulk::perform_prepared;
use super::registry::Typed;
use super::{Bindings, Context, Ending, Job, PreparedJob, Result};
use crate::{App, Error, ErrorKind};

/// A job with options of its own, begun with [`Job::set`].
///
/// ```no_run
/// # use std::time::Duration;
/// # use egret::{App, Job};
/// # #[derive(Job)]
/// # struct SendInvoice { invoice_id: u64 }
/// # impl SendInvoice { async fn perform(self) {} }
/// # async fn example(app: &App) -> Result<(), egret::Error> {
/// SendInvoice { invoice_id: 7 }.set().wait(Duration::from_secs(300)).queue("low").perform_later(app).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is enqueued before `perform_later`"]
pub struct Set<J> {
    job: J,
    wait: Option<Duration>,
    wait_until: Option<Timestamp>,
    queue: Option<String>,
    priority: Option<i64>,
    bindings: Bindings,
    unique: Option<UniqueKey>,
}

impl<J: Job> Set<J> {
    pub(super) fn new(job: J) -> Self {
        Self {
            job,
            wait: None,
            wait_until: None,
            queue: None,
            priority: None,
            bindings: Bindings::default(),
            unique: None,
        }
    }

    /// Runs the job no earlier than after this time.
    pub fn wait(self, wait: Duration) -> Self {
        Self { wait: Some(wait), ..self }
    }

    /// Runs the job no earlier than at this moment; wins over [`wait`](Self::wait). A moment in the past means now.
    pub fn wait_until(self, moment: Timestamp) -> Self {
        Self { wait_until: Some(moment), ..self }
    }

    /// Puts the job into another queue than its class says.
    pub fn queue(self, queue: impl Into<String>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    /// Gives the job another priority than its class says; smaller runs first.
    pub fn priority(self, priority: i64) -> Self {
        Self { priority: Some(priority), ..self }
    }

    /// Binds the job to something beside its arguments, for example to the user who wanted it. The job sees it by
    /// [`Context::binding`], in every attempt. Can be called several times; a blank value is ignored.
    ///
    /// The binding `user_id` counts against `size_limit_per_user` of the configuration: `perform_later` fails with
    /// [`LimitReached`](egret_core::LimitReached) while the user has that many jobs waiting or running.
    ///
    /// ```no_run
    /// # use egret::{App, Job};
    /// # #[derive(Job)]
    /// # struct Export {}
    /// # impl Export { async fn perform(self) {} }
    /// # async fn example(app: &App) -> Result<(), egret::Error> {
    /// Export {}.bind("site_id", 1).bind("user_id", 5).perform_later(app).await?;
    /// # Ok(()) }
    /// ```
    pub fn bind(mut self, key: impl AsRef<str>, value: impl ToString) -> Self {
        self.bindings.set(key, value);
        self
    }

    /// Stores the job only if no other one with the key lives; else `perform_later` answers that one's id. Instead of what
    /// `#[job(unique)]` of its class says.
    pub fn unique(self, key: impl Into<String>) -> Self {
        Self { unique: Some(UniqueKey { key: key.into(), window: None }), ..self }
    }

    /// The same, and for this long after the enqueue the key stays taken even if its job has ended.
    pub fn unique_for(self, key: impl Into<String>, window: Duration) -> Self {
        Self { unique: Some(UniqueKey { key: key.into(), window: Some(window) }), ..self }
    }

    /// Takes the type away, to be stored with others by [`App::enqueue_all`].
    ///
    /// # Errors
    /// When an argument has no wire form.
    pub fn prepare(&self) -> std::result::Result<PreparedJob, Error> {
        let unwritable = |error| {
            let message = format!("failed to write the arguments of `{}`", J::CLASS);
            Error::new(ErrorKind::Arguments, message).with_source(error)
        };
        let arguments = self.job.to_arguments().map_err(unwritable)?;
        let mut data = J::definition().to_job_data(arguments);
        if let Some(queue) = &self.queue {
            data.queue_name = Some(queue.clone());
        }
        data.priority = self.priority.or(data.priority);
        data.scheduled_at = self.wait_until;
        self.bindings.write(&mut data);
        let wait = if self.wait_until.is_none() { self.wait } else { None };
        let unique = match &self.unique {
            Some(unique) => Some(unique.clone()),
            None => self.job.unique_key().map_err(unwritable)?,
        };
        Ok(PreparedJob { data, wait, unique })
    }

    /// Stores the job. It is stored, durably where the store can, when this returns.
    ///
    /// # Errors
    /// When an argument has no wire form, a limit is full, or the store fails.
    pub fn perform_later(self, app: &App) -> impl Future<Output = std::result::Result<JobId, Error>> + Send {
        let prepared = self.prepare();
        async move { perform_prepared(app, prepared?).await }
    }

    /// Performs the job here and now, whatever time was set and whatever the limits say. The rules of the class apply: an
    /// error that they retry enqueues the job again.
    ///
    /// # Errors
    /// The error of the job, when no rule handled it, or the retry could not be stored.
    pub fn perform_now(self, app: &App) -> impl Future<Output = Result<Ending>> + Send {
        let prepared = self.prepare();
        async move {
            let data = prepared?.data;
            let context = Context::new(app, &data);
            match super::run::run(J::definition(), &Typed::<J>::new(), &data, &context).await {
                Ending::Failed(error) => Err(error),
                Ending::Retried { data, at, error } => {
                    app.enqueue_without_limits(vec![NewJob::new((*data).clone(), app.origin())]).await?;
                    Ok(Ending::Retried { data, at, error })
                }
                ending => Ok(ending),
            }
        }
    }
}
