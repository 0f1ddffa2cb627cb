//! Whether the user who asks may work in the folders.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::finding::{Finding, Level};
use crate::config::Config;
use crate::language::Sentence;
use egret_core::shell::quoted;

const SUBJECT: &str = "folders";

/// The application's folder, the folder of the store, and the one for the log of services that start on demand.
pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    if !config.root.is_dir() {
        let message = about("check-folder-absent", &config.root);
        findings
            .push(Finding::new(Level::Error, SUBJECT, message).with_hint(Sentence::new("check-folder-absent-hint")));
        return;
    }
    for folder in folders(config) {
        let mut found = Vec::new();
        check_one(&folder, &mut found);
        // Two folders that are not there yet would be made in the same one.
        found.retain(|finding| !findings.contains(finding));
        findings.append(&mut found);
    }
}

/// Where something is written.
fn folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = vec![config.root.join("var/log")];
    if let Some(file) = super::store::file(config) {
        folders.extend(file.parent().map(Path::to_owned));
    }
    folders.sort();
    folders.dedup();
    folders
}

fn check_one(folder: &Path, findings: &mut Vec<Finding>) {
    // What is not there is made when it is needed, in the nearest folder that is.
    let Some(present) = folder.ancestors().find(|ancestor| ancestor.exists()) else { return };
    if !present.is_dir() {
        let message = about("check-no-folder", folder).with("present", present.display().to_string());
        return findings.push(Finding::new(Level::Error, SUBJECT, message));
    }
    if access(present, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let message = about("check-folder-unwritable", present).with("user", user());
        let hint = typed("check-folder-unwritable-hint", present).with("user", user());
        return findings.push(Finding::new(Level::Error, SUBJECT, message).with_hint(hint));
    }
    let mode = present.metadata().map(|metadata| metadata.permissions().mode()).unwrap_or(0);
    let is_sticky = mode & 0o1000 != 0;
    if present == folder && mode & 0o002 != 0 && !is_sticky {
        let message = about("check-folder-open", present);
        let hint = typed("check-folder-open-hint", present);
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
}

fn about(message: &'static str, folder: &Path) -> Sentence {
    Sentence::new(message).with("folder", folder.display().to_string())
}

/// What to type about a folder.
fn typed(message: &'static str, folder: &Path) -> Sentence {
    Sentence::new(message).with("folder", quoted(folder.display()))
}

/// The number, without commas in it.
pub(super) fn user() -> String {
    rustix::process::geteuid().as_raw().to_string()
}
