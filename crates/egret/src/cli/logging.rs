//! What is logged to standard error, and in the logs of attempts.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Failure, Output};
use crate::config::LogLevel;
use crate::execution_log::ExecutionLogLayer;

/// Chooses what is logged to standard error: a level, or levels by module.
const VARIABLE: &str = "EGRET_LOG";

/// A command says what it has to say itself; only warnings of what lies below are shown.
pub(super) fn for_a_command(output: &Output) -> Result<(), Failure> {
    start(output, LevelFilter::WARN, None)
}

/// A service logs, and the lines of its jobs go to the logs of their attempts.
pub(super) fn for_a_service(output: &Output, level: LogLevel) -> Result<(), Failure> {
    start(output, level.filter(), Some(level.filter()))
}

fn start(output: &Output, level: LevelFilter, attempts: Option<LevelFilter>) -> Result<(), Failure> {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(output.errors_are_coloured())
        .with_filter(filter(level)?);
    let attempts = attempts.map(|level| ExecutionLogLayer.with_filter(level));
    // A program that has installed a subscriber of its own keeps it.
    let _ = tracing_subscriber::registry().with(lines).with(attempts).try_init();
    Ok(())
}

fn filter(level: LevelFilter) -> Result<EnvFilter, Failure> {
    match std::env::var(VARIABLE) {
        Ok(text) if !text.trim().is_empty() => EnvFilter::try_new(&text).map_err(|error| {
            Failure::new(format!("invalid value `{text}` in {VARIABLE}: {error}"))
                .with_hint("a level such as `debug`, or levels by module such as `warn,egret=debug`".to_owned())
        }),
        _ => Ok(EnvFilter::default().add_directive(level.into())),
    }
}
