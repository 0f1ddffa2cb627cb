//! Whether the user who asks may work in the folders.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::finding::{Finding, Level};
use crate::config::Config;

const SUBJECT: &str = "folders";

/// The application's folder, the folder of the store, and the one for the log of services that start on demand.
pub(super) fn check(config: &Config, findings: &mut Vec<Finding>) {
    if !config.root.is_dir() {
        let message = format!("there is no folder `{}`", config.root.display());
        findings.push(Finding::new(Level::Error, SUBJECT, message).with_hint("name it with --root or EGRET_ROOT"));
        return;
    }
    for folder in folders(config) {
        check_one(&folder, findings);
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
        let message = format!("`{}` is not a folder, `{}` cannot be made", present.display(), folder.display());
        return findings.push(Finding::new(Level::Error, SUBJECT, message));
    }
    if access(present, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let message = format!("the user {} may not write to the folder `{}`", user(), present.display());
        let hint = format!("run it as the folder's owner, or `chown {} {}`", user(), present.display());
        return findings.push(Finding::new(Level::Error, SUBJECT, message).with_hint(hint));
    }
    let mode = present.metadata().map(|metadata| metadata.permissions().mode()).unwrap_or(0);
    let is_sticky = mode & 0o1000 != 0;
    if present == folder && mode & 0o002 != 0 && !is_sticky {
        let message = format!("anybody may write to the folder `{}`", present.display());
        let hint = format!("whoever can write to the store can run programs: `chmod o-w {}`", present.display());
        findings.push(Finding::new(Level::Warning, SUBJECT, message).with_hint(hint));
    }
}

fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}
