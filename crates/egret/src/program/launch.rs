//! A program that is to be started, with everything decided.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// A program that is to be started, with everything decided. Travels from a service to a guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Launch {
    /// What is executed: a path, or a name that is searched in `PATH`.
    program: OsString,
    /// Its arguments, without the program itself.
    arguments: Vec<String>,
    /// Variables beside those of the starter.
    variables: Vec<(String, String)>,
    folder: OsString,
}

impl Launch {
    pub(super) fn new(program: &Path, arguments: &[String], variables: Vec<(String, String)>, folder: PathBuf) -> Self {
        Self { program: program.into(), arguments: arguments.to_vec(), variables, folder: folder.into() }
    }

    /// The command, in a group of its own, with nothing to read.
    pub(super) fn command(&self) -> Command {
        use std::os::unix::process::CommandExt as _;

        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .process_group(0);
        command
    }

    pub(super) fn folder(&self) -> &Path {
        Path::new(&self.folder)
    }
}
