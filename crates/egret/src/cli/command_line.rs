//! From the start of the process to its exit status.

use std::ffi::OsString;
use std::process::ExitCode;

use async_trait::async_trait;
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use futures_util::FutureExt as _;

use super::arguments::{Arguments, Command, Global};
use super::logging::LogArguments;
use super::output::Format;
use super::run::replace_this_process;
use super::section::SectionArguments;
use super::session::spoken;
use super::{Exit, Failure, Output, Session, help};
use crate::config::LoadOptions;
use crate::language::{Catalogue, Language, Sentence};
use crate::{App, AppBuilder};

/// The command line of a program: Egret's commands and those that the program adds.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     egret::cli::CommandLine::new().run(|app| app)
/// }
/// ```
#[derive(Default)]
pub struct CommandLine {
    additions: Vec<Box<dyn Addition>>,
}

/// A command that a program adds to Egret's own.
#[async_trait(?Send)]
pub trait Addition {
    /// Its name, options and help. A name that Egret has itself makes the program panic at its start.
    fn command(&self) -> clap::Command;

    /// The messages of its help in other languages than English, by the names that the module `help` of the command line
    /// gives them. Defaults to none.
    fn help(&self) -> Option<&'static Catalogue> {
        None
    }

    /// Whether its data is to be JSON. Defaults to no.
    fn wants_json(&self, _arguments: &ArgMatches) -> bool {
        false
    }

    /// Does it.
    ///
    /// # Errors
    /// What a person is to read, and the status with which the program ends.
    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure>;
}

impl CommandLine {
    /// Egret's own commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a command.
    #[must_use]
    pub fn with(mut self, addition: impl Addition + 'static) -> Self {
        self.additions.push(Box::new(addition));
        self
    }

    /// Does what the process was started for; see [`run`](super::run).
    pub fn run(mut self, configure: impl FnOnce(AppBuilder) -> AppBuilder) -> ExitCode {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        if let Some(exit) = super::inner::run(&arguments) {
            return exit;
        }
        match self.parse(&arguments) {
            Ok(task) => task.perform(configure(App::builder())).into(),
            Err(error) => self.tell(error, &arguments).into(),
        }
    }

    /// Every command with its options and help, those that the program adds included.
    pub fn definition(&self) -> clap::Command {
        let added = self.additions.iter().map(|addition| addition.command());
        added.fold(Arguments::command(), clap::Command::subcommand)
    }

    /// Shows help, or what is wrong with the command line. Nobody left to read it is no reason to fail differently.
    fn tell(&self, error: clap::Error, arguments: &[OsString]) -> Exit {
        let error = self.told(error, arguments);
        if !error.use_stderr() {
            let _ = error.print();
            return Exit::Success;
        }
        match help::usage(&error, help::language(arguments)) {
            Some(text) => Output::of_process(Format::Text).note(text.trim_end()),
            None => drop(error.print()),
        }
        Exit::Usage
    }

    /// The same help in the language of whoever asked for it.
    fn told(&self, error: clap::Error, arguments: &[OsString]) -> clap::Error {
        if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
            return error;
        }
        match help::language(arguments) {
            Language::English => error,
            language => self.definition_in(language).try_get_matches_from(arguments).err().unwrap_or(error),
        }
    }

    /// Every command with its options, and help in a language.
    fn definition_in(&self, language: Language) -> clap::Command {
        let catalogues: Vec<&'static Catalogue> = self.additions.iter().filter_map(|one| one.help()).collect();
        help::translated(self.definition(), language, &catalogues)
    }

    /// What is wrong with the messages of the help in a language: commands, options and values that have none, and
    /// messages that belong to none. For tests.
    pub fn faults_of_help(&self, language: Language) -> Vec<String> {
        let catalogues: Vec<&'static Catalogue> = self.additions.iter().filter_map(|one| one.help()).collect();
        help::faults(self.definition(), language, &catalogues)
    }

    fn parse(&mut self, arguments: &[OsString]) -> Result<Task, clap::Error> {
        let mut definition = self.definition();
        let mut matches = definition.clone().try_get_matches_from(arguments)?;
        let global = Global::from_arg_matches(&matches)?;
        let log = LogArguments::from_arg_matches(&matches)?;
        let name = matches.subcommand_name().map(str::to_owned);
        let added = self.additions.iter().position(|addition| Some(addition.command().get_name()) == name.as_deref());
        let work = match added {
            Some(place) => {
                let addition = self.additions.swap_remove(place);
                let (_, matches) = matches.remove_subcommand().expect("its name was read");
                Work::Added(addition, matches)
            }
            None => {
                let arguments = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))?;
                Work::Own(match arguments.command {
                    Command::WorkOff(run) => Command::Run(run.until_empty()),
                    command => command,
                })
            }
        };
        Ok(Task { global, log, work })
    }
}

impl std::fmt::Debug for CommandLine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.additions.iter().map(|one| one.command().get_name().to_owned()).collect();
        formatter.debug_struct("CommandLine").field("additions", &names).finish()
    }
}

/// What the command line asks for.
struct Task {
    global: Global,
    log: LogArguments,
    work: Work,
}

/// What comes after the command.
enum Successor {
    /// The process ends.
    None,
    /// The program begins anew in the same process, whose store is closed by then.
    InThisProcess,
}

fn with_no_successor(exit: Exit) -> (Exit, Successor) {
    (exit, Successor::None)
}

#[expect(clippy::large_enum_variant, reason = "a process has one of it")]
enum Work {
    Own(Command),
    Added(Box<dyn Addition>, ArgMatches),
}

impl Task {
    fn perform(self, builder: AppBuilder) -> Exit {
        let mut output = Output::of_process(self.format()).speaking(spoken(self.global.lang, None));
        let result = runtime().and_then(|runtime| {
            // Boxed, or the code of all commands is in the program once for each kind of runtime.
            let result = runtime.block_on(self.perform_on(&mut output, builder).boxed_local());
            // Nothing that is left on it matters: what must happen has been waited for.
            runtime.shutdown_background();
            result
        });
        let result = match result {
            Ok((_, Successor::InThisProcess)) => Err(replace_this_process()),
            Ok((exit, Successor::None)) => Ok(exit),
            Err(failure) => Err(failure),
        };
        result.unwrap_or_else(|failure| {
            output.failure(&failure);
            failure.exit()
        })
    }

    async fn perform_on(self, output: &mut Output, builder: AppBuilder) -> Result<(Exit, Successor), Failure> {
        let mut options = LoadOptions::from_process();
        let language = self.global.lang;
        if let Some(section) = self.section() {
            section.apply(&mut options)?;
        }
        self.global.apply(&mut options);
        match &self.work {
            // They are for configurations that will not do, too.
            Work::Own(Command::Check(check)) => {
                return check.perform(&options, output, language).map(with_no_successor);
            }
            Work::Own(Command::Config(config)) if config.init => {
                return super::config::init(&options, output, spoken(language, None)).map(with_no_successor);
            }
            _ => {}
        }
        let session = Session::load(options, *output, builder).map_err(|error| {
            *output = output.speaking(spoken(language, error.locale()));
            Failure::of_configuration(&error, spoken(language, error.locale()))
        })?;
        let session = session.speaking(language);
        *output = *session.output();
        session.check_folder()?;
        let exit = match self.work {
            // It shows more, and starts its own logging.
            Work::Own(Command::Run(run)) => run.perform(&session, &self.log).await,
            Work::Own(command) => {
                self.log.for_a_command(output)?;
                command.perform(&session).await
            }
            Work::Added(addition, arguments) => {
                self.log.for_a_command(output)?;
                addition.run(&session, &arguments).await
            }
        }?;
        Ok((exit, if session.wants_replacement() { Successor::InThisProcess } else { Successor::None }))
    }

    /// Which section the command is about, if it takes one.
    fn section(&self) -> Option<&SectionArguments> {
        match &self.work {
            Work::Own(Command::Run(run)) => Some(&run.section),
            Work::Own(Command::Config(config)) => Some(&config.section),
            Work::Own(Command::Check(check)) => Some(&check.section),
            _ => None,
        }
    }

    fn format(&self) -> Format {
        let is_json = match &self.work {
            Work::Own(command) => command.wants_json(),
            Work::Added(addition, arguments) => addition.wants_json(arguments),
        };
        if is_json { Format::Json } else { Format::Text }
    }
}

impl Command {
    async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self {
            Self::Exec(exec) => exec.perform(session).await,
            Self::Enqueue(enqueue) => enqueue.perform(session).await,
            Self::Run(run) => run.perform(session, &LogArguments::default()).await,
            Self::WorkOff(_) => unreachable!("it has become a run"),
            Self::Clear(clear) => clear.perform(session).await,
            Self::CheckAge(check) => check.perform(session).await,
            Self::Jobs(jobs) => jobs.perform(session).await,
            Self::Services(services) => services.perform(session).await,
            Self::Queues(queues) => queues.perform(session).await,
            Self::Tasks(tasks) => tasks.perform(session).await,
            Self::Logs(logs) => logs.perform(session).await,
            Self::Status(status) => status.perform(session).await,
            Self::Config(config) => config.perform(session),
            Self::Check(_) => unreachable!("it is performed before the configuration is known to be sound"),
            Self::Systemd(systemd) => systemd.perform(session).await,
            Self::Store(store) => store.perform(session).await,
            Self::Migrate(migrate) => migrate.perform(session).await,
            #[cfg(feature = "sqlite")]
            Self::Bench(bench) => bench.perform(session).await,
        }
    }

    fn wants_json(&self) -> bool {
        match self {
            Self::Exec(_) | Self::Enqueue(_) | Self::Run(_) | Self::WorkOff(_) => false,
            Self::Clear(clear) => clear.format.json,
            Self::CheckAge(check) => check.format.json,
            Self::Jobs(jobs) => jobs.wants_json(),
            Self::Services(services) => services.wants_json(),
            Self::Queues(queues) => queues.wants_json(),
            Self::Tasks(tasks) => tasks.wants_json(),
            Self::Logs(logs) => logs.wants_json(),
            Self::Status(status) => status.format.json,
            Self::Config(config) => config.format.json,
            Self::Check(check) => check.format.json,
            Self::Systemd(systemd) => systemd.wants_json(),
            Self::Store(store) => store.wants_json(),
            Self::Migrate(migrate) => migrate.format.json,
            #[cfg(feature = "sqlite")]
            Self::Bench(bench) => bench.format.json,
        }
    }
}

/// One thread is enough for a command; a service has threads of its own.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Sentence::new("cli-not-started").with("error", error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hello;

    #[async_trait(?Send)]
    impl Addition for Hello {
        fn command(&self) -> clap::Command {
            clap::Command::new("hello").arg(clap::Arg::new("name").required(true))
        }

        async fn run(&self, _session: &Session, _arguments: &ArgMatches) -> Result<Exit, Failure> {
            Ok(Exit::Success)
        }
    }

    fn parse(line: &str) -> Result<Task, clap::Error> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        CommandLine::new().with(Hello).parse(&words)
    }

    #[test]
    fn every_command_and_every_option_has_a_text_in_japanese() {
        let faults = CommandLine::new().faults_of_help(Language::Japanese);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn an_added_command_stands_beside_the_own_ones() {
        let task = parse("egret hello world --url memory:").unwrap();
        let Work::Added(addition, arguments) = task.work else { panic!("an own command") };
        assert_eq!(addition.command().get_name(), "hello");
        assert_eq!(arguments.get_one::<String>("name").map(String::as_str), Some("world"));
        let mut options = LoadOptions::in_folder("/nonexistent");
        task.global.apply(&mut options);
        assert_eq!(options.overrides.get("url").map(String::as_str), Some("memory:"));
        assert!(matches!(parse("egret status").unwrap().work, Work::Own(Command::Status(_))));
        assert!(parse("egret helo world").err().is_some_and(|error| error.to_string().contains("'hello'")));
    }
}
