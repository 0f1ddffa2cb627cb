//! Whether the store can be used, as far as that is seen from outside.

use std::path::PathBuf;

use rustix::fs::{Access, access};

use super::finding::{Finding, Level};
use crate::config::Config;

const SUBJECT: &str = "store";

/// The file that is the store, if it is one.
pub(super) fn file(config: &Config) -> Option<PathBuf> {
    (config.url.scheme() == "sqlite").then(|| config.root.join(config.url.rest()))
}

pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    if let Err(error) = crate::app::check_url(config) {
        findings.push(Finding::new(Level::Error, SUBJECT, crate::chain(&error)));
    }
    if config.url.scheme() == "memory" {
        let message = "the store `memory:` ends with the process: jobs do not reach a service";
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint("use it for tests only"));
    }
    // Without a file there is nothing to look at: the first enqueue makes it.
    let Some(file) = file(config).filter(|file| file.exists()) else { return };
    if access(&file, Access::READ_OK | Access::WRITE_OK).is_err() {
        let message = format!("the store `{}` may not be read and written by this user", file.display());
        return findings.push(Finding::new(Level::Error, SUBJECT, message));
    }
    #[cfg(feature = "sqlite")]
    check_version(&file, findings);
}

/// The file is opened for reading only.
#[cfg(feature = "sqlite")]
fn check_version(file: &std::path::Path, findings: &mut Vec<Finding>) {
    match egret_sqlite::look(file) {
        Ok(found) if found.version > found.known => {
            let message = format!(
                "the store `{}` has version {} of its tables, this program knows up to {}",
                file.display(),
                found.version,
                found.known
            );
            findings.push(Finding::new(Level::Error, SUBJECT, message).with_hint("use the newer program"));
        }
        // An older one is brought up to date when it is opened.
        Ok(_) => {}
        Err(error) => findings.push(Finding::new(Level::Error, SUBJECT, crate::chain(&error))),
    }
}
