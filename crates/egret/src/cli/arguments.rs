//! What a command line says, before anybody thinks about what it means.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

#[cfg(feature = "sqlite")]
use super::bench::Bench;
use super::check::Check;
use super::config::ConfigCommand;
use super::enqueue::Enqueue;
use super::exec::Exec;
use super::exit;
use super::jobs::Jobs;
use super::logging::LogArguments;
use super::logs::Logs;
use super::queues::Queues;
use super::rake_tasks::{CheckAge, Clear};
use super::run::Run;
use super::services::Services;
use super::status::Status;
use super::store::{Migrate, Store};
use super::systemd::Systemd;
use super::tasks::Tasks;
use crate::config::LoadOptions;
use crate::language::Language;

/// Background jobs: enqueue them, run them, look after them.
///
/// Nothing needs to be installed or started: without any configuration jobs are kept in `var/egret.db` below the current
/// folder, and a service starts by itself when a job is enqueued.
#[derive(Debug, Parser)]
#[command(
    name = "egret",
    version,
    after_help = exit::HELP,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(flatten)]
    pub(super) log: LogArguments,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub(super) struct Global {
    /// The store, such as `sqlite:var/egret.db` [env: EGRET_URL]
    #[arg(long, global = true, value_name = "URL", help_heading = "Application")]
    url: Option<String>,
    /// The application's folder; relative paths start there [env: EGRET_ROOT]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Application")]
    root: Option<PathBuf>,
    /// The language of sentences, en or ja [env: EGRET_LANG]
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = language, help_heading = "Application")]
    pub(super) lang: Option<Language>,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::of_tag(tag).ok_or_else(|| "expected `en` or `ja`".to_owned())
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Exec(Exec),
    Enqueue(Enqueue),
    #[command(visible_aliases = ["job:run", "jobs:work"])]
    Run(Run),
    /// Runs jobs until nothing is due, and leaves
    #[command(name = "jobs:workoff")]
    WorkOff(Run),
    #[command(name = "jobs:clear")]
    Clear(Clear),
    #[command(name = "jobs:check")]
    CheckAge(CheckAge),
    Jobs(Jobs),
    Services(Services),
    Queues(Queues),
    Tasks(Tasks),
    Logs(Logs),
    Status(Status),
    Config(ConfigCommand),
    Check(Check),
    Systemd(Systemd),
    Store(Store),
    /// Brings the store to this program's version of its tables
    Migrate(Migrate),
    #[cfg(feature = "sqlite")]
    Bench(Bench),
}

/// Asks for data as JSON.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Json {
    /// Writes JSON instead of text
    #[arg(long)]
    pub(super) json: bool,
}

impl Global {
    /// Lays the options over what the process was started with.
    pub(super) fn apply(self, options: &mut LoadOptions) {
        if let Some(url) = self.url {
            options.overrides.insert("url".to_owned(), url);
        }
        if self.root.is_some() {
            options.root = self.root;
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn takes_the_documented_forms() {
        for line in [
            "egret exec -- sh -c true",
            "egret exec --queue low --priority -3 --in 10s --timeout 1m --wait -- make all",
            "egret exec --at 2030-01-31T09:00:00Z -- true --wait",
            "egret enqueue A",
            "egret enqueue A 1 \"x\" {} --queue low",
            "egret enqueue A -1 --at 09:00",
            "egret run",
            "egret run --section mail --mode on_demand --until-empty",
            "egret job:run",
            "egret job:run config=mail",
            "egret jobs list --state available --state running --queue low --class A --limit 5 --after x --json",
            "egret jobs show 1 --json",
            "egret jobs retry 1 2",
            "egret jobs cancel 1",
            "egret jobs delete 1",
            "egret jobs run-now 1",
            "egret jobs reschedule 1 --in 5m",
            "egret jobs reschedule --at 09:00 --queue low --yes",
            "egret jobs retry --all --dry-run",
            "egret jobs delete --state completed --class A -y --json",
            "egret queues list --json",
            "egret queues pause mailers low",
            "egret queues resume mailers --json",
            "egret tasks list cms pages --state running,ready --limit 5 --after x --json",
            "egret tasks show cms:generate_pages --run 2 --lines 5 --json",
            "egret tasks interrupt cms:generate_pages --json",
            "egret tasks reset cms:generate_pages --force",
            "egret tasks delete job:service --force --json",
            "egret services list --json",
            "egret services stop web1:4711 job:mail --wait --timeout 5m --json",
            "egret services quiet --all",
            "egret services stop --host web1 --yes --wait",
            "egret queues pause --all --dry-run",
            "egret tasks delete --state failed --matching cms --yes --json",
            "egret tasks reset a b --force",
            "egret services resume 0000000000000001",
            "egret logs",
            "egret logs --class A --day yesterday --state failed,interrupted --json",
            "egret logs --csv --encoding cp932",
            "egret logs export --since 1d --queue low",
            "egret logs prune --older-than 30d --yes --json",
            "egret logs show 1 --attempt 2",
            "egret logs follow 1 --json",
            "egret status --json",
            "egret status --strict --lang ja",
            "egret jobs why 1 --json",
            "egret config --json --set",
            "egret config --section mail",
            "egret config --init",
            "egret config config=mail --json",
            "egret check config=job/mail.yml RAILS_ENV=test",
            "egret check --strict --json",
            "egret systemd print --instances 3 --user web --section mail --json",
            "egret systemd install --on-demand --directory /tmp --name shop --now",
            "egret store check --json",
            "egret store backup copy.db --json",
            "egret store vacuum --json",
            "egret migrate --json",
            "egret migrate --check --json",
            "egret jobs:work --section mail",
            "egret jobs:workoff",
            "egret jobs:clear --json",
            "egret jobs:check 60 --json",
            "egret bench --json --scale 0.1 --durability normal --folder /tmp",
            "egret --url memory: --root /tmp status",
            "egret status --url memory: --root /tmp",
        ] {
            parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn what_follows_the_dashes_is_the_programs() {
        let arguments = parse("egret exec -- ls --wait --url x").unwrap();
        let Command::Exec(exec) = arguments.command else { panic!("another command") };
        assert_eq!(exec.program, ["ls", "--wait", "--url", "x"]);
        assert!(!exec.wait && arguments.global.url.is_none());
    }

    #[test]
    fn suggests_what_was_meant() {
        for (line, meant) in [
            ("egret exce -- true", "exec"),
            ("egret exec --prioritty 1 -- true", "--priority"),
            ("egret jobs lst", "list"),
            ("egret jobs list --state runing", "running"),
            ("egret run --mode on_demnd", "on_demand"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.use_stderr());
            let text = error.to_string();
            assert!(text.contains("similar") && text.contains(meant), "{line}: {text}");
        }
    }

    #[test]
    fn refuses_what_contradicts_itself() {
        let error = parse("egret exec --in 1s --at 09:00 -- true").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ArgumentConflict);
        assert_eq!(parse("egret exec").unwrap_err().kind(), ErrorKind::MissingRequiredArgument);
        assert_eq!(parse("egret jobs retry").unwrap_err().kind(), ErrorKind::MissingRequiredArgument);
    }
}
