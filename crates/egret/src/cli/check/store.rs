//! Whether the store can be used, as far as that is seen from outside.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::finding::{Finding, Level};
use crate::config::Config;
#[cfg(feature = "delayed_job")]
use crate::config::format_duration;
use crate::language::{Said, Sentence};
use egret_core::shell::quoted;

const SUBJECT: &str = "store";

/// The file that is the store, if it is one.
pub(super) fn file(config: &Config) -> Option<PathBuf> {
    (config.url.scheme() == "sqlite").then(|| config.root.join(config.url.rest()))
}

pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    if let Err(error) = crate::app::check_url(config) {
        findings.push(Finding::new(Level::Error, SUBJECT, in_its_own_words(&error)));
    }
    if config.url.scheme() == "memory" {
        let finding = Finding::new(Level::Warning, SUBJECT, Sentence::new("check-store-memory"));
        findings.push(finding.with_hint(Sentence::new("check-store-memory-hint")));
    }
    #[cfg(feature = "delayed_job")]
    {
        check_tables(config, findings);
        check_run_time(config, findings);
    }
    // Without a file there is nothing to look at: the first enqueue makes it.
    let Some(file) = file(config).filter(|file| file.exists()) else { return };
    if access(&file, Access::READ_OK | Access::WRITE_OK).is_err() {
        let finding = Finding::new(Level::Error, SUBJECT, about("check-store-unusable", &file));
        let hint = Sentence::new("check-store-unusable-hint").with("path", quoted(file.display()));
        let hint = hint.with("user", super::folders::user());
        return findings.push(finding.with_hint(hint));
    }
    #[cfg(feature = "sqlite")]
    check_version(&file, findings);
}

/// Tables that a migration makes, in the application's own database.
#[cfg(feature = "delayed_job")]
fn check_tables(config: &Config, findings: &mut Vec<Finding>) {
    // On a thread of its own: whoever checks may be on a runtime already.
    let look = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| in_its_own_words(&error))?;
        runtime.block_on(crate::app::found_tables(config)).map_err(|error| in_its_own_words(&error))
    };
    let found = std::thread::scope(|scope| scope.spawn(look).join().expect("looking at a store does not panic"));
    let (level, lacking) = match found {
        Ok(Some(found)) if !found.jobs => (Level::Error, "check-tables-none"),
        Ok(Some(found)) if !found.ours => (Level::Warning, "check-tables-beside"),
        Ok(_) => return,
        Err(message) => return findings.push(Finding::new(Level::Error, SUBJECT, message)),
    };
    findings.push(Finding::new(level, SUBJECT, Sentence::new(lacking)).with_hint(Sentence::new("check-tables-hint")));
}

/// Whether locks outlast a service that the database no longer hears.
#[cfg(feature = "delayed_job")]
fn check_run_time(config: &Config, findings: &mut Vec<Finding>) {
    let Some((run_time, shortest)) = crate::app::run_times(config).filter(|(set, shortest)| set < shortest) else {
        return;
    };
    let shortest = std::time::Duration::from_secs(shortest.as_secs() + 1);
    let message = Sentence::new("check-run-time").with("set", format_duration(run_time));
    let message = message.with("shortest", format_duration(shortest));
    let hint = Sentence::new("check-run-time-hint").with("shortest", format_duration(shortest));
    findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
}

/// The file is opened for reading only.
#[cfg(feature = "sqlite")]
fn check_version(file: &Path, findings: &mut Vec<Finding>) {
    match egret_sqlite::look(file) {
        Ok(found) if found.version > found.known => {
            let message = about("check-store-newer", file).with("version", found.version.to_string());
            let finding = Finding::new(Level::Error, SUBJECT, message.with("known", found.known.to_string()));
            findings.push(finding.with_hint(Sentence::new("check-store-newer-hint")));
        }
        // An older one is brought up to date when it is opened.
        Ok(_) => {}
        Err(error) => findings.push(Finding::new(Level::Error, SUBJECT, in_its_own_words(&error))),
    }
}

fn about(message: &'static str, file: &Path) -> Sentence {
    Sentence::new(message).with("path", file.display().to_string())
}

/// Stores say what is wrong with them themselves.
fn in_its_own_words(error: &(dyn std::error::Error + 'static)) -> Sentence {
    Sentence::new("check-store-error").with_said("error", Said::of(error))
}
