//! What no worker could run: refused before anything is stored, instead of parked when it is taken.

use egret_core::{Error, ErrorKind, JobData, NewJob, Result};

use super::Store;
use super::caps;
use super::format::Format;

impl<F: Format> Store<F> {
    /// Looks through jobs that a producer gives.
    pub(super) fn check_jobs(&self, jobs: &[NewJob]) -> Result<()> {
        for NewJob { data, .. } in jobs {
            fault(data).or_else(|| self.format.fault(data)).map_or(Ok(()), |fault| Err(refused(data, &fault)))?;
        }
        Ok(())
    }
}

/// Why no worker of any format could run it, if so.
fn fault(data: &JobData) -> Option<String> {
    let arguments = data.arguments.get();
    if data.job_class.trim().is_empty() {
        return Some("it has no class".to_owned());
    }
    if data.queue().is_empty() {
        return Some("the name of its queue is empty, expected one such as `default`".to_owned());
    }
    if !arguments.starts_with('[') {
        return Some("its arguments are not a JSON array".to_owned());
    }
    caps::excess_of_arguments(arguments.as_bytes())
        .map(|excess| format!("what it is given as arguments cannot be taken: {excess}"))
}

fn refused(data: &JobData, fault: &str) -> Error {
    let message = format!("failed to enqueue a job of the class `{}`: {fault}", data.job_class);
    Error::new(ErrorKind::InvalidInput, message)
}
