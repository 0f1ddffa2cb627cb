//! The crash suite: worker processes on one store, killed and frozen at random points, lose nothing.
//!
//! Three processes claim and perform jobs while the harness kills them (`SIGKILL`), freezes them (`SIGSTOP`) for shorter
//! and longer than their lease, and starts them again. In the end every job is completed, each completion is recorded
//! once, and writes of owners that were replaced meanwhile were refused. A run in which too few of the blows hit a job
//! that had begun proves nothing and fails as void.
//!
//! The workers are the test binary itself, executed again with a variable that tells it to be one. They are as small as
//! workers can be: what is under test is the store. They write down what they do, line by line, where no kill can take it
//! away, and the harness compares that with what the store says.

mod blows;
mod boot_time;
mod claims;
mod fleet;
mod heart;
mod journal;
mod ledger;
mod plan;
mod run;
mod verdict;
mod worker;

pub use plan::Plan;
pub use run::run;
pub use worker::worker_main;

/// Expands to the crash suite as a test, and to the entry of its workers.
///
/// The argument is an async function (or closure) of a folder (`PathBuf`) and a [`Timing`](egret_core::Timing) that opens
/// the one store of that folder, each time as a process of its own does. A store on a server derives a name from the
/// folder. One module holds one suite.
#[macro_export]
macro_rules! crash_suite {
    ($open:expr $(,)?) => {
        /// The entry of worker processes; as a test it does nothing.
        #[test]
        fn crash_worker_entry() {
            $crate::crash::worker_main($open);
        }

        #[test]
        fn loses_nothing_when_workers_are_killed_and_frozen() {
            let entry = concat!(module_path!(), "::crash_worker_entry");
            $crate::crash::run(&$crate::crash::Plan::from_environment(), $open, entry);
        }
    };
}
