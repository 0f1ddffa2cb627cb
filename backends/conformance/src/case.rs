//! One case, and what running it says.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use egret_core::Timing;

use crate::world::World;
use crate::{Subject, needs};

/// One promise of a backend, with the check of it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The verb, which is also the module.
    pub verb: &'static str,
    /// The promise, as the name of a function.
    pub name: &'static str,
    /// What a store must be able to do for the case to make sense: see [`needs`].
    pub needs: &'static [&'static str],
    pub(crate) check: fn(World) -> Check,
}

/// A check that runs; it panics if the promise is broken.
pub(crate) type Check = Pin<Box<dyn Future<Output = ()>>>;

/// What running a case says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The promise is kept.
    Passed,
    /// The store lacks the need that is named.
    Skipped(&'static str),
    /// The promise is broken, in the way that is told.
    Failed(String),
}

/// No case takes longer than this, not even on a slow machine: a store that hangs fails.
const DEADLINE: Duration = Duration::from_secs(120);

/// Every case of the suite.
pub fn all_cases() -> &'static [Case] {
    crate::cases::ALL
}

/// The case with the verb and the name.
///
/// # Panics
/// When there is none.
pub fn find_case(verb: &str, name: &str) -> &'static Case {
    let found = all_cases().iter().find(|case| case.verb == verb && case.name == name);
    found.unwrap_or_else(|| panic!("the suite has no case `{verb}::{name}`"))
}

/// Runs a case on a fresh store, with threads of its own for the tasks that it spawns.
pub fn run_case(case: &Case, subject: impl Subject) -> Verdict {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the system gives a test two threads");
    let check = async {
        let subject: Arc<dyn Subject> = Arc::new(subject);
        let store = subject.open(Timing::default()).await.expect("a fresh store opens");
        let unmet = case.needs.iter().find(|need| !needs::is_met(need, store.capabilities(), &*subject));
        match unmet {
            Some(need) => Verdict::Skipped(need),
            None => in_time((case.check)(World::new(subject, store))).await,
        }
    };
    let verdict = std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(check)));
    // A task that blocks its thread for good must not keep the suite from telling so.
    runtime.shutdown_background();
    verdict.unwrap_or_else(|panic| Verdict::Failed(message(&*panic)))
}

async fn in_time(check: Check) -> Verdict {
    match tokio::time::timeout(DEADLINE, check).await {
        Ok(()) => Verdict::Passed,
        Err(_) => Verdict::Failed(format!("it did not end within {DEADLINE:?}")),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked without a message").to_owned()
}
