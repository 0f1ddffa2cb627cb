-- Times are microseconds since the epoch, UTC. States are numbers: 0 scheduled, 1 retryable, 2 available, 3 available and
-- interrupted before, 4 claimed, 5 blocked, 6 completed, 7 cancelled, 8 discarded.

-- Jobs of one class in one queue wait in one lane. The figures are kept by every transaction that moves jobs, so that
-- nobody ever counts rows.
CREATE TABLE egret_lanes (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    class TEXT NOT NULL,
    n_scheduled INTEGER NOT NULL DEFAULT 0,
    n_retryable INTEGER NOT NULL DEFAULT 0,
    n_available INTEGER NOT NULL DEFAULT 0,
    n_suspect INTEGER NOT NULL DEFAULT 0,
    n_claimed INTEGER NOT NULL DEFAULT 0,
    n_blocked INTEGER NOT NULL DEFAULT 0,
    n_completed INTEGER NOT NULL DEFAULT 0,
    n_cancelled INTEGER NOT NULL DEFAULT 0,
    n_discarded INTEGER NOT NULL DEFAULT 0,
    UNIQUE (queue, class)
) STRICT;

-- The numbers of jobs (which are their order of enqueue), of claims and of endings come from here and are never used twice.
CREATE TABLE egret_sequence (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    next INTEGER NOT NULL
) STRICT;
INSERT INTO egret_sequence (id, next) VALUES (1, 1);

-- Jobs that are not in a terminal state. `job_id` is a blob of 16 bytes for a UUID in its usual form, else text.
-- `flags`: 1 when the present claim has an open execution, 2 when a person wants the job cancelled.
CREATE TABLE egret_jobs (
    id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    interruptions INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    claim INTEGER,
    owner INTEGER,
    job_id ANY NOT NULL,
    user_id TEXT,
    unique_key TEXT,
    started_at INTEGER,
    error TEXT,
    payload ANY NOT NULL
) STRICT;
CREATE UNIQUE INDEX egret_jobs_by_job_id ON egret_jobs (job_id);
CREATE INDEX egret_jobs_available ON egret_jobs (lane, priority, due_at) WHERE state = 2;
CREATE INDEX egret_jobs_suspect ON egret_jobs (lane, priority, due_at) WHERE state = 3;
CREATE INDEX egret_jobs_reserved ON egret_jobs (lane, state, due_at) WHERE state < 2;
CREATE INDEX egret_jobs_owned ON egret_jobs (owner) WHERE owner IS NOT NULL;
CREATE INDEX egret_jobs_by_user ON egret_jobs (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX egret_jobs_by_unique_key ON egret_jobs (unique_key) WHERE unique_key IS NOT NULL;

-- Unique keys that stay taken for a while after the enqueue, whatever becomes of the job.
CREATE TABLE egret_unique_windows (
    unique_key TEXT PRIMARY KEY,
    job_id ANY NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX egret_unique_windows_by_end ON egret_unique_windows (ends_at);

-- Jobs that ended, in the order in which they did, each with its last execution folded in (`claim` is NULL if there was
-- none).
CREATE TABLE egret_history (
    id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    interruptions INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    claim INTEGER,
    service INTEGER,
    job_id ANY NOT NULL,
    started_at INTEGER,
    error TEXT,
    value TEXT,
    payload ANY NOT NULL
) STRICT;
CREATE UNIQUE INDEX egret_history_by_job_id ON egret_history (job_id);
CREATE INDEX egret_history_by_end ON egret_history (finished_at);
CREATE INDEX egret_history_failures ON egret_history (state, finished_at) WHERE state > 6;

-- Attempts that are not folded into history: open ones that were noted, earlier ones, interrupted and released ones.
-- States: 0 running, 1 completed, 2 failed, 3 cancelled, 4 snoozed, 5 released, 6 interrupted.
CREATE TABLE egret_executions (
    claim INTEGER PRIMARY KEY,
    job_id ANY NOT NULL,
    lane INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    state INTEGER NOT NULL,
    service INTEGER NOT NULL,
    started_at INTEGER,
    closed_at INTEGER,
    progress INTEGER,
    progress_total INTEGER,
    error TEXT
) STRICT;
CREATE INDEX egret_executions_by_job ON egret_executions (job_id);

-- Log lines of claims, several to a row: a JSON array of `n` lines of which the first is number `first`, from 0.
CREATE TABLE egret_log_lines (
    claim INTEGER NOT NULL,
    first INTEGER NOT NULL,
    n INTEGER NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (claim, first)
) STRICT, WITHOUT ROWID;

-- Services that registered and have neither left nor been rescued. Their beats are in files beside the store.
-- `orders`: 0 none, 1 quiet, 2 stop.
CREATE TABLE egret_services (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    process TEXT NOT NULL,
    mode TEXT NOT NULL,
    queues TEXT NOT NULL,
    concurrency INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    orders INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Where executions ran, also after their service has gone.
CREATE TABLE egret_runners (
    service INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    left_at INTEGER
) STRICT;

-- Rights to start a service that were given and not yet taken over.
CREATE TABLE egret_start_rights (
    nonce INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    lapses_at INTEGER NOT NULL,
    holder TEXT NOT NULL
) STRICT;

-- Failed starts since the last success.
CREATE TABLE egret_start_failures (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    not_before INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE egret_pauses (
    queue TEXT PRIMARY KEY,
    paused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
