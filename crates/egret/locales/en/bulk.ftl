# Changes of many jobs.

bulk-found = { $count } { $count ->
    [one] job matches
   *[other] jobs match
}: { $states }
bulk-among-newest = The text was looked for in the newest { $count } jobs that match the rest; there are older ones.
bulk-none = No job matches.
bulk-more = … and { $count } more

bulk-ask-retry = Run { $count ->
    [one] it
   *[other] them
} again?
bulk-ask-run-now = Run { $count ->
    [one] it
   *[other] them
} now?
bulk-ask-reschedule = Give { $count ->
    [one] it
   *[other] them
} the new time?
bulk-ask-cancel = Cancel { $count ->
    [one] it
   *[other] them
}?
bulk-ask-delete = Delete { $count ->
    [one] it with its attempts and logs
   *[other] them with their attempts and logs
}? This cannot be undone.

bulk-changed-retry = { $count } { $count ->
    [one] job runs
   *[other] jobs run
} again.
bulk-changed-run-now = { $count } { $count ->
    [one] job runs
   *[other] jobs run
} now.
bulk-changed-reschedule = { $count } { $count ->
    [one] job has
   *[other] jobs have
} the new time.
bulk-changed-cancel = { $count } { $count ->
    [one] job
   *[other] jobs
} cancelled.
bulk-changed-delete = { $count } { $count ->
    [one] job
   *[other] jobs
} deleted.

bulk-asked = { $count } { $count ->
    [one] job runs and was
   *[other] jobs run and were
} asked to stop.
bulk-refused = { $count } { $count ->
    [one] job was
   *[other] jobs were
} not in a state that allows it.
bulk-moved-on = { $count } { $count ->
    [one] job had
   *[other] jobs had
} moved on meanwhile and stayed as found.
bulk-left = Stopped before the end: { $count } { $count ->
    [one] job was
   *[other] jobs were
} not touched.
bulk-nothing-done = Nothing was changed.

agreement-no-terminal = there is no terminal to ask at, and all that matches is changed only when a person agrees
agreement-no-terminal-hint = `--dry-run` shows what it is; `--yes` agrees

# A job that is named by its id.
bulk-one-runs = { $id } runs
bulk-one-rescheduled = { $id } rescheduled
bulk-one-cancelled = { $id } cancelled
bulk-one-deleted = { $id } deleted
bulk-one-asked = { $id } runs and was asked to stop
bulk-one-not-retried = `{ $id }` cannot be retried: it is { $state }
bulk-one-not-run = `{ $id }` cannot be run now: it is { $state }
bulk-one-not-rescheduled = `{ $id }` cannot be rescheduled: it is { $state }
bulk-one-not-cancelled = `{ $id }` cannot be cancelled: it is { $state }
bulk-one-not-deleted = `{ $id }` cannot be deleted: it is { $state }
bulk-logs-kept = failed to remove the logs of `{ $id }`: { $error }
