//! The notice beside a store that was destroyed, by which other processes know.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use egret_core::{Error, ErrorKind, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::identity::FileIdentity;
use super::lock::SalvageLock;
use super::owner::give_to_owner;
use super::words::{told, told_or_begin_anew};
use crate::folder::{Folder, make_folder};

/// What is written beside the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Notice {
    /// The file that was destroyed.
    pub(super) file: FileIdentity,
    pub(super) cause: Cause,
    /// Also names the copies.
    pub(super) noticed_at: Timestamp,
    pub(super) outcome: Outcome,
}

/// What became of saving what can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// A process is at it, and has the lock. When nobody has it, the notice means nothing.
    Pending,
    /// There is a copy.
    Saved(Copied),
    /// There is none, for the reason.
    Failed(String),
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Copied {
    /// A whole database.
    pub(super) path: PathBuf,
    /// Every page as it was, when some could not be read.
    pub(super) damaged: Option<PathBuf>,
    /// How many jobs that wait or run are in it, when it was filled with what could be read.
    pub(super) n_live: Option<u64>,
}

impl Notice {
    /// What was left beside a store, if anything.
    pub(super) fn read(folder: &Folder) -> Option<Self> {
        let text = fs::read(folder.notice()).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Whether whoever was to save something died over it.
    pub(super) fn is_abandoned(&self, folder: &Folder) -> bool {
        self.outcome == Outcome::Pending && matches!(SalvageLock::take(folder), Ok(Some(_)))
    }

    /// Leaves the notice. The folder may have gone with the database.
    pub(super) fn leave(&self, folder: &Folder) -> std::io::Result<()> {
        make_folder(folder.root()).map_err(std::io::Error::other)?;
        let draft = folder.notice().with_extension(format!("draft-{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        give_to_owner(&file, folder.root());
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&draft, folder.notice())
    }
}

/// Refuses to open a store that was destroyed, so that nothing is acknowledged that the copy does not have. Forgets the
/// notice when another file has been put in its place.
pub(crate) fn refuse_damaged(folder: &Folder) -> Result<()> {
    let Some(notice) = Notice::read(folder).filter(|notice| !notice.is_abandoned(folder)) else { return Ok(()) };
    match FileIdentity::of(folder.database()) {
        Ok(present) if present != notice.file => {
            tracing::info!(notice = %folder.notice().display(), "the store has been replaced since it was destroyed");
            let _ = fs::remove_file(folder.notice());
            Ok(())
        }
        _ => Err(Error::new(ErrorKind::Refused, told_or_begin_anew(&notice, folder))),
    }
}

/// What a look from outside finds: the same, but nothing is changed.
pub(crate) fn known_damage(folder: &Folder) -> Option<Error> {
    let notice = Notice::read(folder).filter(|notice| !notice.is_abandoned(folder))?;
    let is_other = FileIdentity::of(folder.database()).is_ok_and(|present| present != notice.file);
    (!is_other).then(|| Error::new(ErrorKind::Corrupt, told(&notice, folder)))
}
