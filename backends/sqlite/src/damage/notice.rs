//! The notice beside a store that was destroyed, by which other processes know.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use egret_core::{Error, ErrorKind, Liveness, ProcessIdentity, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::identity::FileIdentity;
use crate::folder::{Folder, make_folder};

/// What is written beside the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Notice {
    /// The file that was destroyed.
    pub(super) file: FileIdentity,
    pub(super) cause: String,
    pub(super) noticed_at: Timestamp,
    /// Who copies, until the copy is there. Without that process the notice means nothing.
    pub(super) copier: Option<ProcessIdentity>,
    pub(super) copy: Option<PathBuf>,
    pub(super) remedy: String,
}

impl Notice {
    /// What was left beside a store, if anything.
    pub(super) fn read(folder: &Folder) -> Option<Self> {
        let text = fs::read(folder.notice()).ok()?;
        let notice: Self = serde_json::from_slice(&text).ok()?;
        let has_copier_died =
            notice.copier.as_ref().is_some_and(|copier| copier.liveness(&ProcessIdentity::current()) == Liveness::Dead);
        (!has_copier_died).then_some(notice)
    }

    /// Leaves the notice. The folder may have gone with the database.
    pub(super) fn leave(&self, folder: &Folder) -> std::io::Result<()> {
        make_folder(folder.root()).map_err(std::io::Error::other)?;
        let draft = folder.notice().with_extension(format!("draft-{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&draft, folder.notice())
    }

    /// All of it in a sentence.
    pub(super) fn text(&self, store: &Path) -> String {
        text(store, &self.cause, &self.remedy)
    }
}

pub(super) fn text(store: &Path, cause: &str, remedy: &str) -> String {
    format!("the store `{}` takes nothing more: {cause}; {remedy}", store.display())
}

/// Refuses to open a store that was destroyed, so that nothing is acknowledged that the copy does not have. Forgets the
/// notice when another file has been put in its place.
pub(crate) fn refuse_damaged(folder: &Folder) -> Result<()> {
    let Some(notice) = Notice::read(folder) else { return Ok(()) };
    match FileIdentity::of(folder.database()) {
        Ok(present) if present != notice.file => {
            tracing::info!(notice = %folder.notice().display(), "the store has been replaced since it was destroyed");
            let _ = fs::remove_file(folder.notice());
            Ok(())
        }
        _ => {
            let message = format!(
                "{}; to begin with an empty store instead, delete `{}` and the store",
                notice.text(folder.database()),
                folder.notice().display()
            );
            Err(Error::new(ErrorKind::Refused, message))
        }
    }
}
