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
        // Before the job's own, which may well have such names.
        for name in crate::start::MANAGER_VARIABLES {
            command.env_remove(name);
        }
        command
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .process_group(0);
        // Belongs to the service alone; a service that the program starts must not take it for its own.
        #[cfg(feature = "cli")]
        command.env_remove(crate::start::START_RIGHT_VARIABLE);
        command
    }

    /// Whether there is a file that could be meant, executable or not.
    pub(super) fn is_there(&self) -> bool {
        let folder = Path::new(&self.folder);
        if self.program.as_encoded_bytes().contains(&b'/') {
            return folder.join(&self.program).exists();
        }
        let own = self.variables.iter().rev().find(|(name, _)| name == "PATH").map(|(_, path)| path.into());
        let path: Option<OsString> = own.or_else(|| std::env::var_os("PATH"));
        path.is_some_and(|path| {
            std::env::split_paths(&path).any(|place| folder.join(place).join(&self.program).exists())
        })
    }
}
