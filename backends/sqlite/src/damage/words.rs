//! What people are told of a store that was destroyed: what happened, where its jobs are, what to do.

use egret_core::shell::quoted;
use egret_core::{Damage, Words, words};

use super::cause::Cause;
use super::notice::{Copied, Notice, Outcome};
use crate::folder::Folder;

/// All that the notice tells.
pub(super) fn told(notice: &Notice, folder: &Folder) -> Words {
    let store = folder.database();
    let (cause, remedy) = (notice.cause.words(store), remedy(notice, folder));
    words!("store-destroyed", "the store `{store}` takes nothing more: {cause}; {remedy}", store = store.display())
        .with_part("cause", &cause)
        .with_part("remedy", &remedy)
}

/// The same for whoever opens it, and might rather begin anew.
pub(super) fn told_or_begin_anew(notice: &Notice, folder: &Folder) -> Words {
    let destroyed = told(notice, folder);
    words!(
        "store-destroyed-anew",
        "{destroyed}; to begin with an empty store instead, delete `{notice}` and the store",
        notice = folder.notice().display()
    )
    .with_part("destroyed", &destroyed)
}

/// What programs are told.
pub(super) fn damage(notice: &Notice, folder: &Folder) -> Damage {
    let copy = match &notice.outcome {
        Outcome::Saved(copied) => Some(copied.path.clone()),
        Outcome::Pending | Outcome::Failed(_) => None,
    };
    Damage {
        cause: notice.cause.words(folder.database()).to_string(),
        noticed_at: notice.noticed_at,
        copy,
        remedy: remedy(notice, folder).to_string(),
    }
}

fn remedy(notice: &Notice, folder: &Folder) -> Words {
    match &notice.outcome {
        Outcome::Pending => words!("store-rescue-pending", "another process is copying what can be read"),
        Outcome::Failed(error) => words!(
            "store-rescue-failed",
            "no copy could be made ({error}); restore a backup before anything is started, or mend that and delete \
             `{notice}`, then the next start tries again",
            error = error,
            notice = folder.notice().display()
        ),
        Outcome::Saved(copied) => put_in_place(copied, &notice.cause, folder),
    }
}

fn put_in_place(copied: &Copied, cause: &Cause, folder: &Folder) -> Words {
    let (store, copy) = (folder.database().display(), copied.path.display());
    let [count, kept, away, backup] = [count(copied), kept(copied), away(cause, folder), backup(copied, folder)];
    words!(
        "store-rescue-done",
        "everything that could be read{count} is in `{copy}`{kept}: stop all services, {away}delete `{store}-wal` and \
         `{store}-shm`, then `{move_command}`{backup}, `egret store check`, and start the services again",
        copy = copy,
        store = store,
        move_command = format!("mv {} {}", quoted(&copy), quoted(&store))
    )
    .with_part("count", &count)
    .with_part("kept", &kept)
    .with_part("away", &away)
    .with_part("backup", &backup)
}

/// How much is in a copy that is not all there was.
fn count(copied: &Copied) -> Words {
    let Some(n_live) = copied.n_live else { return nothing() };
    let jobs = if n_live == 1 { "job that waits or ran" } else { "jobs that wait or ran" };
    words!("store-rescue-count", " ({n} {jobs})", n = n_live)
}

/// Where the rest is.
fn kept(copied: &Copied) -> Words {
    let Some(damaged) = &copied.damaged else { return nothing() };
    words!(
        "store-rescue-pages",
        " (all pages as they were, also those of an application's tables: `{damaged}`)",
        damaged = damaged.display()
    )
}

/// What else can take the place: of a file that was emptied, nothing could be read.
fn backup(copied: &Copied, folder: &Folder) -> Words {
    if copied.n_live.is_none() {
        return nothing();
    }
    let store = quoted(folder.database().display());
    words!("store-rescue-backup", " (or `cp BACKUP {store}`, if a backup has what the copy lacks)", store = store)
}

/// What has to go before.
fn away(cause: &Cause, folder: &Folder) -> Words {
    match cause {
        Cause::Replaced => words!(
            "store-rescue-away",
            "move the file that is at `{store}` now out of the way, ",
            store = folder.database().display()
        ),
        Cause::Deleted | Cause::LogDeleted | Cause::LogReplaced | Cause::Corrupt(_) => nothing(),
    }
}

fn nothing() -> Words {
    words!("store-nothing", "")
}
