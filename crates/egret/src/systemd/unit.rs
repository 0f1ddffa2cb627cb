//! A unit file, and what it is made from.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::escape;
use crate::config::Section;

/// The first line of every unit that is written here. A file without it belongs to somebody else.
pub(super) const MARK: &str = "# Written by `egret systemd`, which writes over it.";

/// A unit file that is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UnitFile {
    /// Its name, such as `egret-job.service`.
    pub(crate) name: String,
    /// What it says.
    pub(crate) text: String,
}

/// What units are made from.
#[derive(Clone, Debug)]
pub(crate) struct UnitRequest {
    /// The name of the units without what follows the dot, such as `egret-job`.
    pub(crate) name: String,
    /// The program, absolute.
    pub(crate) executable: PathBuf,
    /// The application's folder, absolute.
    pub(crate) root: PathBuf,
    /// The environment of the configuration.
    pub(crate) environment: String,
    /// The store, where the configuration's files do not say it.
    pub(crate) url: Option<String>,
    /// Units after which the store is there.
    pub(crate) store_units: &'static [&'static str],
    /// Where the store writes on this machine, if that is outside of the application's folder.
    pub(crate) store_folder: Option<PathBuf>,
    /// Files of which one is written with each enqueue, if there are any on this machine.
    pub(crate) watched_files: Vec<PathBuf>,
    /// What the service runs.
    pub(crate) section: Section,
    /// As whom: a name or a number.
    pub(crate) user: String,
    /// How many processes.
    pub(crate) n_instances: u32,
}

/// A unit cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnitError {
    /// No escape protects it.
    #[error("`{}` cannot stand in a unit file, expected no control characters, and no space or backslash at an end", text.escape_debug())]
    Unwritable {
        /// The text.
        text: String,
    },
    /// systemd reads UTF-8.
    #[error("the path `{}` cannot stand in a unit file, expected UTF-8", path.display())]
    NotUnicode {
        /// The path.
        path: PathBuf,
    },
    /// systemd takes no escape there.
    #[error("the program `{}` cannot be the command of a unit, expected a path without quotes and backslashes", path.display())]
    Program {
        /// The program.
        path: PathBuf,
    },
    /// There is a file of somebody else's.
    #[error("`{}` was not written by this command, so it is left alone", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("failed to write `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The text of a unit, line by line.
#[derive(Debug)]
pub(super) struct UnitText(String);

impl UnitText {
    /// With the mark, and a line on how to change what it says.
    pub(super) fn new(name: &str) -> Self {
        Self(format!("{MARK}\n# Changes of your own go into a drop-in: systemctl edit {name}\n"))
    }

    pub(super) fn section(&mut self, name: &str) {
        self.0.push_str(&format!("\n[{name}]\n"));
    }

    pub(super) fn set(&mut self, key: &str, value: impl Display) {
        self.0.push_str(&format!("{key}={value}\n"));
    }

    pub(super) fn comment(&mut self, text: &str) {
        text.lines().for_each(|line| self.0.push_str(&format!("# {line}\n")));
    }

    pub(super) fn into_file(self, name: String) -> UnitFile {
        UnitFile { name, text: self.0 }
    }
}

/// A path as the rest of a line.
pub(super) fn path_line(path: &Path) -> Result<String, UnitError> {
    escape::line(unicode(path)?)
}

/// A path as a word.
pub(super) fn path_word(path: &Path) -> Result<String, UnitError> {
    escape::word(unicode(path)?)
}

pub(super) fn unicode(path: &Path) -> Result<&str, UnitError> {
    path.to_str().ok_or_else(|| UnitError::NotUnicode { path: path.to_owned() })
}
