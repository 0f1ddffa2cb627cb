//! `exec`: which programs jobs may run.

use std::path::{Path, PathBuf};

use super::reader::Reader;

/// What the job that runs programs may run when an operator wrote lists. What holds without them is that job's affair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecPolicy {
    /// `exec.allow`: absolute paths of the programs that may run. `None`, the default: there is no list. An empty list
    /// allows nothing.
    pub allow: Option<Vec<PathBuf>>,
    /// `exec.env`: names of the variables that a job may set for its program.
    pub env: Vec<String>,
    /// `exec.dirs`: absolute paths of folders; a job's working folder must be one of them or lie below one.
    pub dirs: Vec<PathBuf>,
}

impl ExecPolicy {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            allow: reader.list("exec.allow", "config-expected-path", absolute),
            env: reader.list("exec.env", "config-expected-variable", variable).unwrap_or_default(),
            dirs: reader.list("exec.dirs", "config-expected-path", absolute).unwrap_or_default(),
        }
    }
}

fn absolute(text: &str) -> Option<PathBuf> {
    Path::new(text).is_absolute().then(|| PathBuf::from(text))
}

fn variable(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains(['=', '\0'])).then(|| text.to_owned())
}
