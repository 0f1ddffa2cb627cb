//! What people are told of a store that was destroyed: what happened, where its jobs are, what to do.

use egret_core::{Damage, Error, ErrorKind, Saying};

use super::cause::Cause;
use super::notice::{Copied, Notice, Outcome};
use crate::error::verb_saying;
use crate::folder::Folder;

/// A sentence, in English and as a message.
#[derive(Clone, Debug)]
pub(super) struct Words {
    text: String,
    saying: Saying,
}

impl Words {
    /// All that the notice tells.
    pub(super) fn of(notice: &Notice, folder: &Folder) -> Self {
        let store = folder.database();
        let remedy = remedy(notice, folder);
        Self {
            text: format!(
                "the store `{}` takes nothing more: {}; {}",
                store.display(),
                notice.cause.text(store),
                remedy.text
            ),
            saying: Saying::new("store-destroyed")
                .with("store", store.display().to_string())
                .with_part("cause", notice.cause.saying(store))
                .with_part("remedy", remedy.saying),
        }
    }

    /// The same for whoever opens it, and might rather begin anew.
    pub(super) fn or_begin_anew(self, folder: &Folder) -> Self {
        let notice = folder.notice().display().to_string();
        Self {
            text: format!("{}; to begin with an empty store instead, delete `{notice}` and the store", self.text),
            saying: Saying::new("store-destroyed-anew").with_part("destroyed", self.saying).with("notice", notice),
        }
    }

    /// The refusal of a verb.
    pub(super) fn refusal(&self, verb: &str) -> Error {
        let saying = Saying::new("store-verb-refused").with_part("verb", verb_saying(verb));
        Error::new(ErrorKind::Corrupt, format!("failed to {verb}: {}", self.text))
            .with_saying(saying.with_part("reason", self.saying.clone()))
    }

    pub(super) fn error(self, kind: ErrorKind) -> Error {
        Error::new(kind, self.text).with_saying(self.saying)
    }

    fn none() -> Self {
        Self { text: String::new(), saying: Saying::new("store-nothing") }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// What programs are told.
pub(super) fn damage(notice: &Notice, folder: &Folder) -> Damage {
    let copy = match &notice.outcome {
        Outcome::Saved(copied) => Some(copied.path.clone()),
        Outcome::Pending | Outcome::Failed(_) => None,
    };
    Damage {
        cause: notice.cause.text(folder.database()),
        noticed_at: notice.noticed_at,
        copy,
        remedy: remedy(notice, folder).text,
    }
}

fn remedy(notice: &Notice, folder: &Folder) -> Words {
    match &notice.outcome {
        Outcome::Pending => Words {
            text: "another process is copying what can be read".to_owned(),
            saying: Saying::new("store-rescue-pending"),
        },
        Outcome::Failed(error) => {
            let path = folder.notice().display().to_string();
            Words {
                text: format!(
                    "no copy could be made ({error}); restore a backup before anything is started, or mend that and \
                     delete `{path}`, then the next start tries again"
                ),
                saying: Saying::new("store-rescue-failed").with("error", error).with("notice", path),
            }
        }
        Outcome::Saved(copied) => put_in_place(copied, &notice.cause, folder),
    }
}

fn put_in_place(copied: &Copied, cause: &Cause, folder: &Folder) -> Words {
    let (store, copy) = (folder.database().display().to_string(), copied.path.display().to_string());
    let [count, kept, away] = [count(copied), kept(copied), away(cause, &store)];
    Words {
        text: format!(
            "everything that could be read{} is in `{copy}`{}: stop all services, {}delete `{store}-wal` and `{store}-shm`, \
             then `mv {copy} {store}`, `egret store check`, and start the services again",
            count.text, kept.text, away.text
        ),
        saying: Saying::new("store-rescue-done")
            .with("copy", copy)
            .with("store", store)
            .with_part("count", count.saying)
            .with_part("kept", kept.saying)
            .with_part("away", away.saying),
    }
}

/// How much is in a copy that is not all there was.
fn count(copied: &Copied) -> Words {
    let Some(n_live) = copied.n_live else { return Words::none() };
    let jobs = if n_live == 1 { "job that waits or ran" } else { "jobs that wait or ran" };
    Words {
        text: format!(" ({n_live} {jobs})"),
        saying: Saying::new("store-rescue-count").with("n", n_live.to_string()),
    }
}

/// Where the rest is.
fn kept(copied: &Copied) -> Words {
    let Some(damaged) = &copied.damaged else { return Words::none() };
    let damaged = damaged.display().to_string();
    Words {
        text: format!(" (all pages as they were, also those of an application's tables: `{damaged}`)"),
        saying: Saying::new("store-rescue-pages").with("damaged", damaged),
    }
}

/// What has to go before.
fn away(cause: &Cause, store: &str) -> Words {
    match cause {
        Cause::Replaced => Words {
            text: format!("move the file that is at `{store}` now out of the way, "),
            saying: Saying::new("store-rescue-away").with("store", store),
        },
        Cause::Deleted | Cause::LogDeleted | Cause::LogReplaced | Cause::Corrupt(_) => Words::none(),
    }
}
