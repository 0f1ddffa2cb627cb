//! What is logged: to standard error, the journal or a file, and into the logs of attempts.
//!
//! A line says when, how severe, for which job and what. As JSON (`--log-format json`) each line is an object with these
//! keys, of which only the first three are always there:
//!
//! | key | what |
//! |---|---|
//! | `timestamp` | RFC 3339, UTC, microseconds |
//! | `level` | `error`, `warn`, `info`, `debug` or `trace` |
//! | `target` | the part of the program that speaks; `egret::active_job` for Active Job's facts |
//! | `message` | what it says |
//! | `event` | the name of a fact, such as `active_job.started` (names and fields: Active Job 8.1, `lib/active_job/structured_event_subscriber.rb`) |
//! | `job_class`, `job_id` | the job in which or of which it is said |
//! | `tags` | `ActiveJob`, the class and the id, as Active Job tags lines |
//! | `fields` | everything else that is said, by name |
//! | `spans` | the spans around it, outermost first, each with `name` and its fields |

mod destination;
mod fields;
mod human;
mod json;
mod layer;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, reload};

use self::destination::Destination;
use self::layer::LineLayer;
use super::{Failure, Output};
use crate::config::LogLevel;
use crate::execution_log::{ExecutionLogLayer, LevelBound};
use crate::facts::TARGET;
use crate::language::Sentence;

/// Chooses what is logged beside the logs of attempts: a level, or levels by module.
const VARIABLE: &str = "EGRET_LOG";

/// How and where to log.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct LogArguments {
    /// In which form to log
    #[arg(
        long,
        global = true,
        value_name = "FORM",
        env = "EGRET_LOG_FORMAT",
        hide_env_values = true,
        help_heading = "Logging"
    )]
    log_format: Option<LogFormat>,
    /// Logs to the end of this file instead of to standard error; HUP opens it anew
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "EGRET_LOG_FILE",
        hide_env_values = true,
        help_heading = "Logging"
    )]
    log_file: Option<PathBuf>,
}

/// The form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    #[default]
    Human,
    /// For programs: a JSON object each line
    Json,
}

/// The logging of this process while it runs. Clones are one and the same.
#[derive(Clone)]
pub(super) struct Logging {
    destination: Destination,
    /// Bounds the logs of attempts.
    bound: LevelBound,
    /// What classes of jobs want beside the bound.
    lowest: Arc<OnceLock<LogLevel>>,
    move_filters: Arc<dyn Fn(Levels) + Send + Sync>,
}

/// Levels of the two kinds of logs.
#[derive(Clone, Copy, Debug)]
struct Levels {
    lines: LogLevel,
    attempts: LogLevel,
}

impl LogArguments {
    /// A command says what it has to say itself; only warnings of what lies below are shown.
    pub(super) fn for_a_command(&self, output: &Output) -> Result<(), Failure> {
        let destination = Destination::open(self.log_file.as_deref())?;
        let default = Targets::new().with_default(LevelFilter::WARN);
        // The command says itself what was not enqueued, and whoever reads it reads no log of the application.
        let default = match self.log_file {
            None => default.with_target(TARGET, LevelFilter::OFF),
            Some(_) => default,
        };
        let lines = LineLayer::new(self.form(), destination, output).with_filter(filter(default)?);
        // A program that has installed a subscriber of its own keeps it.
        let _ = tracing_subscriber::registry().with(lines).try_init();
        Ok(())
    }

    /// A service logs, and the lines of its jobs go to the logs of their attempts.
    pub(super) fn for_a_service(&self, output: &Output, level: LogLevel) -> Result<Logging, Failure> {
        let destination = Destination::open(self.log_file.as_deref())?;
        let (line_filter, lines) = reload::Layer::<_, Registry>::new(filter(from_level(level))?);
        let (attempt_filter, attempts) = reload::Layer::new(level.filter());
        let layer = LineLayer::new(self.form(), destination.clone(), output).with_filter(line_filter);
        let _ =
            tracing_subscriber::registry().with(layer).with(ExecutionLogLayer.with_filter(attempt_filter)).try_init();
        let move_filters = move |levels: Levels| {
            // They fail only when the subscriber is gone, and then nothing is logged.
            if let Ok(filter) = filter(from_level(levels.lines)) {
                let _ = lines.reload(filter);
            }
            let _ = attempts.reload(levels.attempts.filter());
        };
        Ok(Logging {
            destination,
            bound: LevelBound::new(level),
            lowest: Arc::default(),
            move_filters: Arc::new(move_filters),
        })
    }

    fn form(&self) -> LogFormat {
        self.log_format.unwrap_or_default()
    }
}

impl Logging {
    /// The bound of the logs of attempts, for the service.
    pub(super) fn bound(&self) -> &LevelBound {
        &self.bound
    }

    /// Changes the least severe lines that are logged and that go into the logs of attempts. What `EGRET_LOG` says about
    /// the former stands.
    pub(super) fn set_level(&self, level: LogLevel) {
        self.bound.set(level);
        self.move_filters();
    }

    /// Lets lines of a level through that some classes of jobs want in their logs. The logs of other classes are bounded
    /// as before. Counts once.
    pub(super) fn let_through(&self, level: Option<LogLevel>) {
        if let Some(level) = level {
            let _ = self.lowest.set(level);
            self.move_filters();
        }
    }

    fn move_filters(&self) {
        let lines = self.bound.get();
        let attempts = self.lowest.get().map_or(lines, |lowest| lines.min(*lowest));
        (self.move_filters)(Levels { lines, attempts });
    }

    /// Opens the log file anew, after its rotation; nothing happens when lines go elsewhere.
    ///
    /// # Errors
    /// The file cannot be opened; then lines go on into the old one.
    pub(super) fn reopen(&self) -> std::io::Result<()> {
        self.destination.reopen()
    }
}

impl fmt::Debug for Logging {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Logging").field("destination", &self.destination).finish_non_exhaustive()
    }
}

fn from_level(level: LogLevel) -> Targets {
    Targets::new().with_default(level.filter())
}

/// What the variable says, else the default.
fn filter(default: Targets) -> Result<Targets, Failure> {
    match std::env::var(VARIABLE) {
        Ok(text) if !text.trim().is_empty() => text.parse().map_err(|error: ParseError| {
            let message = Sentence::new("cli-bad-variable").with("text", text).with("variable", VARIABLE);
            Failure::new(message.with("error", error.to_string())).with_hint(Sentence::new("cli-bad-level-hint"))
        }),
        _ => Ok(default),
    }
}
