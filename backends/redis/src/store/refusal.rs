//! What no worker could run: refused before anything is stored, instead of parked when it is taken.

use egret_core::{Error, ErrorKind, JobData, NewJob, Result, Words, words};

use super::Store;
use super::caps;
use super::format::Format;

impl<F: Format> Store<F> {
    /// Looks through jobs that a producer gives.
    pub(super) fn check_jobs(&self, jobs: &[NewJob]) -> Result<()> {
        for NewJob { data, .. } in jobs {
            fault(data).or_else(|| self.format.fault(data)).map_or(Ok(()), |fault| Err(refused(data, fault)))?;
        }
        Ok(())
    }
}

/// Why no worker of any format could run it, if so.
fn fault(data: &JobData) -> Option<Words> {
    let arguments = data.arguments.get();
    if data.job_class.trim().is_empty() {
        return Some(words!("job-no-class", "it has no class"));
    }
    if data.queue().is_empty() {
        return Some(words!("job-no-queue", "the name of its queue is empty, expected one such as `default`"));
    }
    if !arguments.starts_with('[') {
        return Some(words!("job-no-arguments", "its arguments are not a JSON array"));
    }
    caps::excess_of_arguments(arguments.as_bytes()).map(|excess| {
        words!("job-too-large", "what it is given as arguments cannot be taken: {excess}").with_part("excess", &excess)
    })
}

fn refused(data: &JobData, fault: Words) -> Error {
    let verb = words!("verb-enqueue-a-job-of", "enqueue a job of the class `{class}`", class = data.job_class);
    Error::new(ErrorKind::InvalidInput, Words::refused(verb, fault))
}
