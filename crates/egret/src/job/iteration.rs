//! Jobs that go through many elements and can go on later where they stopped: Sidekiq's iterable jobs.
//!
//! ```
//! use egret::{Context, Job};
//! use egret::job::Done;
//!
//! #[derive(Job)]
//! #[job(class = "ReindexJob")]
//! struct Reindex {
//!     n_pages: u64,
//! }
//!
//! impl Reindex {
//!     async fn perform(self, context: &Context) -> egret::Result<Done> {
//!         let mut iteration = context.iteration::<u64>().await?;
//!         for page in iteration.cursor().copied().unwrap_or(0)..self.n_pages {
//!             if let Some(stopped) = iteration.reach(&page).await? {
//!                 return Ok(stopped);
//!             }
//!             // The page is worked on here.
//!         }
//!         iteration.finish().await
//!     }
//! }
//! ```

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use egret_core::{Backend, ClaimToken, Iteration as State};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Context, Done, Result};

/// So often the store is told how far a job is (Sidekiq 7.3 to 8.1, `lib/sidekiq/job/iterable.rb`, `STATE_FLUSH_INTERVAL`).
const BETWEEN_NOTES: Duration = Duration::from_secs(5);

/// How far the present run has come, from element to element.
///
/// The store keeps it where its capability `iterations` says so (Sidekiq's queues: for Ruby's workers too, so that either side
/// goes on where the other stopped). Elsewhere a job begins with its first element, whatever has run before, and is not asked
/// to stop between two.
#[derive(Debug)]
pub struct Iteration<C> {
    cursor: Option<C>,
    place: Arc<IterationPlace>,
    at_most: Option<Duration>,
    context: Context,
}

/// Where the run of a job stands, known beside its code, so that an error leaves it to the store as well.
#[derive(Debug)]
pub(crate) struct IterationPlace {
    /// What keeps the state; `None` where nothing does.
    home: Option<(Arc<dyn Backend>, ClaimToken)>,
    began: Instant,
    /// Guards what is known of the state.
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    state: State,
    /// How long the runs before this one took.
    before: Duration,
    noted_at: Instant,
    is_noted: bool,
}

impl<C: Serialize + DeserializeOwned> Iteration<C> {
    pub(super) fn new(context: Context, place: Arc<IterationPlace>) -> Result<Self> {
        let cursor = place.lock().state.cursor.as_ref().map(|cursor| serde_json::from_str(cursor.get())).transpose()?;
        Ok(Self { cursor, place, at_most: None, context })
    }

    /// Stops the run after this time, to go on later: the job makes room for others between two elements. Default: never.
    #[must_use]
    pub fn for_at_most(self, at_most: Duration) -> Self {
        Self { at_most: Some(at_most), ..self }
    }

    /// The element with which to begin; `None` for the first. A run that was cut short may have worked on it already.
    pub fn cursor(&self) -> Option<&C> {
        self.cursor.as_ref()
    }

    /// Runs of the job that have begun, this one included: 1 for the first.
    pub fn executions(&self) -> u32 {
        self.place.lock().state.executions
    }

    /// Says that the element of the cursor comes next. Answers how the run is to end, if it is to: somebody has cancelled
    /// the job, the service is stopping, or the time of the run is over. The job then returns this; unless it was cancelled, it
    /// goes on later, at that element.
    ///
    /// Costs a round trip once in five seconds and at a stop, else nothing.
    ///
    /// # Errors
    /// The cursor cannot be written as JSON, or the store cannot be told of it at a stop.
    pub async fn reach(&mut self, cursor: &C) -> Result<Option<Done>> {
        self.place.stand_at(serde_json::value::to_raw_value(cursor)?);
        let is_over = self.at_most.is_some_and(|at_most| self.place.began.elapsed() >= at_most);
        let stops = self.place.home.is_some() && (self.context.is_stopping() || is_over);
        if !stops && !self.place.is_to_be_noted() {
            return Ok(None);
        }
        match self.place.note().await {
            Ok(true) => {
                self.place.end().await?;
                Ok(Some(Done::cancel("it was cancelled between two of its elements")))
            }
            Ok(false) => Ok(stops.then_some(Done::Snooze(Duration::ZERO))),
            Err(error) if stops => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "failed to note how far the job is; it goes on");
                Ok(None)
            }
        }
    }

    /// Ends the job: all elements are done.
    ///
    /// # Errors
    /// The store cannot be told; then the last elements are done again.
    pub async fn finish(self) -> Result<Done> {
        self.place.end().await?;
        Ok(Done::Completed)
    }
}

impl IterationPlace {
    /// Reads how far the job of a claim had come.
    pub(super) async fn find(backend: Arc<dyn Backend>, claim: Option<ClaimToken>) -> egret_core::Result<Self> {
        let home = claim.filter(|_| backend.capabilities().iterations).map(|claim| (backend, claim));
        let mut state = match &home {
            None => State::default(),
            Some((backend, claim)) => {
                let found = backend.iteration(*claim).await?;
                found.ok_or_else(|| egret_core::Error::stale_claim("read how far the job had come"))?
            }
        };
        state.executions = state.executions.saturating_add(1);
        let now = Instant::now();
        let known = Known { before: state.runtime, state, noted_at: now, is_noted: true };
        Ok(Self { home, began: now, known: Mutex::new(known) })
    }

    fn stand_at(&self, cursor: Box<RawValue>) {
        let mut known = self.lock();
        known.state.cursor = Some(cursor);
        known.is_noted = false;
    }

    fn is_to_be_noted(&self) -> bool {
        let known = self.lock();
        self.home.is_some() && (known.state.cancelled_at.is_some() || known.noted_at.elapsed() >= BETWEEN_NOTES)
    }

    /// Tells the store where the job stands. Answers whether somebody has cancelled it.
    async fn note(&self) -> egret_core::Result<bool> {
        let Some((backend, claim)) = &self.home else { return Ok(false) };
        let state = {
            let mut known = self.lock();
            known.state.runtime = known.before + self.began.elapsed();
            known.state.clone()
        };
        let noted = backend.note_iteration(*claim, state).await?;
        let noted = noted.ok_or_else(|| egret_core::Error::stale_claim("note how far the job is"))?;
        let mut known = self.lock();
        known.state.cancelled_at = noted.cancelled_at;
        (known.noted_at, known.is_noted) = (Instant::now(), true);
        Ok(noted.cancelled_at.is_some())
    }

    /// An error has ended the run: the next one begins at the element of the error.
    pub(crate) async fn note_error(&self) {
        if self.lock().is_noted {
            return;
        }
        if let Err(error) = self.note().await {
            tracing::warn!(%error, "failed to note how far the job came; its next run begins earlier");
        }
    }

    async fn end(&self) -> egret_core::Result<()> {
        let Some((backend, claim)) = &self.home else { return Ok(()) };
        self.lock().is_noted = true;
        backend.end_iteration(*claim).await?.into_result("end the iteration of a job")
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nothing panics with the state")
    }
}
