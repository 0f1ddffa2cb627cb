//! Writing units, and what puts them into service.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use super::super::{Failure, Session};
use crate::language::{Language, TextValue};
use crate::systemd::{Outcome, UnitError, UnitFile, UnitRequest, install};

/// A call of systemctl.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Systemctl(Vec<String>);

impl Systemctl {
    /// What a person types.
    pub(super) fn typed(&self) -> String {
        let sudo = if rustix::process::geteuid().is_root() { "" } else { "sudo " };
        format!("{sudo}{self}")
    }
}

/// What `install --json` writes.
#[derive(Serialize)]
pub(super) struct Installed {
    files: Vec<InstalledFile>,
    commands: Vec<String>,
}

#[derive(Serialize)]
struct InstalledFile {
    path: PathBuf,
    outcome: Outcome,
}

impl Installed {
    pub(super) fn with_commands(mut self, commands: &[Systemctl]) -> Self {
        self.commands = commands.iter().map(ToString::to_string).collect();
        self
    }
}

/// Writes the files one after the other.
pub(super) fn install_all(files: &[UnitFile], folder: &Path, session: &Session) -> Result<Installed, Failure> {
    let language = session.language();
    let mut installed = Vec::new();
    for file in files {
        let (path, outcome) = install(file, folder).map_err(|error| refused(&error, language))?;
        let shown = [("path", path.display().to_string().into())];
        session.output().note(match outcome {
            Outcome::Created => language.text_with("systemd-created", &shown),
            Outcome::Changed => language.text_with("systemd-changed", &shown),
            Outcome::Unchanged => language.text_with("systemd-unchanged", &shown),
        });
        installed.push(InstalledFile { path, outcome });
    }
    note_the_other_form(files, folder, session);
    Ok(Installed { files: installed, commands: Vec::new() })
}

/// A template does not replace the plain unit of the same name, nor the other way round: both would run.
fn note_the_other_form(files: &[UnitFile], folder: &Path, session: &Session) {
    for file in files {
        let other = match file.name.strip_suffix("@.service") {
            Some(name) => format!("{name}.service"),
            None => file.name.replace(".service", "@.service"),
        };
        if other != file.name && folder.join(&other).exists() {
            session.output().note(session.language().text_with("systemd-other-form", &[("unit", other.into())]));
        }
    }
}

/// The refusal of a unit, with the remedy.
pub(super) fn refused(error: &UnitError, language: Language) -> Failure {
    Failure::new(error.tell(language)).with_hint(error.hint(language))
}

/// What makes systemd know the units, start them with the machine, and start them now.
pub(super) fn enable_commands(files: &[UnitFile], request: &UnitRequest) -> Vec<Systemctl> {
    let units: Vec<String> = match files {
        [file] => match file.name.strip_suffix("@.service") {
            Some(name) => (1..=request.n_instances).map(|number| format!("{name}@{number}.service")).collect(),
            None => vec![file.name.clone()],
        },
        // On demand: what starts the service, not the service.
        files => files.iter().map(|file| file.name.clone()).filter(|name| !name.ends_with(".service")).collect(),
    };
    let with_units = |verb: &str| Systemctl(std::iter::once(verb.to_owned()).chain(units.clone()).collect());
    vec![Systemctl(vec!["daemon-reload".to_owned()]), with_units("enable"), with_units("start")]
}

/// Runs the commands until one fails; then it says what is left to type.
pub(super) fn run_all(commands: &[Systemctl], session: &Session) -> Result<(), Failure> {
    let language = session.language();
    for (place, command) in commands.iter().enumerate() {
        let left = || commands[place..].iter().map(|command| format!("`{command}`")).collect::<Vec<_>>().join(", ");
        let hint = || language.text_with("systemd-left-to-run", &[("commands", left().into())]);
        session.output().note(command);
        let shown = || ("command", TextValue::from(command.to_string()));
        let status = Command::new("systemctl").args(&command.0).stdout(std::io::stderr()).status();
        let status = status.map_err(|error| {
            let sentence = language.text_with("systemd-not-run", &[shown()]);
            Failure::new(format!("{sentence}: {error}")).with_hint(hint())
        })?;
        if !status.success() {
            let arguments = [shown(), ("status", status.to_string().into())];
            return Err(Failure::new(language.text_with("systemd-command-failed", &arguments)).with_hint(hint()));
        }
    }
    Ok(())
}

impl fmt::Display for Systemctl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "systemctl {}", self.0.join(" "))
    }
}
