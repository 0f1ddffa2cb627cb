//! `egret systemd`: unit files.

mod install;
mod request;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use self::install::{enable_commands, install_all, refused, run_all};
use super::arguments::Json;
use super::{Exit, Failure, Session};
use crate::systemd::{UnitFile, UnitRequest, on_demand_units, service_units};

/// Where systemd looks for units of the operator (systemd.unit(5)).
const UNIT_FOLDER: &str = "/etc/systemd/system";

/// Writes the unit files of services for systemd
///
/// A unit runs this very program as a service and lets systemd know how it is. With several instances it is a template,
/// with `--on-demand` systemd starts a service only when jobs may wait.
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Systemd {
    #[command(subcommand)]
    command: SystemdCommand,
}

#[derive(Debug, Subcommand)]
enum SystemdCommand {
    /// Prints the unit files
    Print(Print),
    /// Writes the unit files, and prints the commands that put them into service
    Install(Install),
}

#[derive(Args, Debug)]
struct Print {
    #[command(flatten)]
    units: Units,
    #[command(flatten)]
    format: Json,
}

#[derive(Args, Debug)]
struct Install {
    #[command(flatten)]
    units: Units,
    /// The folder to write to
    #[arg(long, value_name = "FOLDER", default_value = UNIT_FOLDER)]
    directory: PathBuf,
    /// Runs the commands that it would print
    #[arg(long)]
    now: bool,
    #[command(flatten)]
    format: Json,
}

/// Which units.
#[derive(Args, Clone, Debug)]
struct Units {
    /// How many processes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    instances: u32,
    /// As whom the service runs [default: the owner of the application's folder]
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The section of config/job.yml to run
    #[arg(long, value_name = "SECTION")]
    section: Option<String>,
    /// The name of the units [default: egret-job, with the section behind it unless that is `default`]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A service that ends when no jobs wait, started by a timer and, for a store in a file, when that changes
    #[arg(long, conflicts_with = "instances")]
    on_demand: bool,
}

/// What `print --json` writes.
#[derive(Serialize)]
struct Printed<'a> {
    units: &'a [UnitFile],
    commands: Vec<String>,
}

impl Systemd {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            SystemdCommand::Print(print) => print.perform(session),
            SystemdCommand::Install(install) => install.perform(session),
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            SystemdCommand::Print(print) => print.format.json,
            SystemdCommand::Install(install) => install.format.json,
        }
    }
}

impl Units {
    fn files(&self, request: &UnitRequest, session: &Session) -> Result<Vec<UnitFile>, Failure> {
        let files = if self.on_demand { on_demand_units(request) } else { service_units(request) };
        files.map_err(|error| refused(&error, session.language()))
    }
}

impl Print {
    fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let request = self.units.request(session)?;
        let files = self.units.files(&request, session)?;
        if session.output().is_json() {
            let commands = enable_commands(&files, &request).iter().map(ToString::to_string).collect();
            session.output().json(&Printed { units: &files, commands })?;
            return Ok(Exit::Success);
        }
        for (number, file) in files.iter().enumerate() {
            if files.len() > 1 {
                let separator = if number > 0 { "\n" } else { "" };
                session.output().line(format_args!("{separator}# --- {}", file.name))?;
            }
            session.output().text(&file.text)?;
        }
        Ok(Exit::Success)
    }
}

impl Install {
    fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let request = self.units.request(session)?;
        let files = self.units.files(&request, session)?;
        let installed = install_all(&files, &self.directory, session)?;
        let commands = enable_commands(&files, &request);
        if self.now {
            run_all(&commands, session)?;
        }
        if session.output().is_json() {
            session.output().json(&installed.with_commands(&commands))?;
        } else if !self.now {
            session.output().note(session.language().text("systemd-to-enable"));
            commands.iter().try_for_each(|command| session.output().line(command.typed()))?;
        }
        Ok(Exit::Success)
    }
}
