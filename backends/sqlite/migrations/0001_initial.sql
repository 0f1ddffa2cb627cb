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

-- The numbers of jobs, of their places and of claims come from here and are never used twice.
CREATE TABLE egret_sequence (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    next INTEGER NOT NULL
) STRICT;
INSERT INTO egret_sequence (id, next) VALUES (1, 1);

-- What a job is, from its enqueue until it is forgotten. A row is written when the job is enqueued and again only when its
-- payload or its place changes: claims and ends are in small tables of their own, so that they move no payloads.
--
-- `job_id` is a blob of 16 bytes for a UUID in its usual form, else text. `state` says how it waits or waited (0 to 3).
-- `position` is its order of enqueue, a number of the sequence. `user_id` and `unique_key` are NULL once it has ended.
CREATE TABLE egret_jobs (
    id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    enqueued_at INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    interruptions INTEGER NOT NULL DEFAULT 0,
    job_id ANY NOT NULL,
    user_id TEXT,
    unique_key TEXT,
    started_at INTEGER,
    error TEXT,
    payload ANY NOT NULL
) STRICT;
CREATE UNIQUE INDEX egret_jobs_by_job_id ON egret_jobs (job_id);
CREATE INDEX egret_jobs_by_user ON egret_jobs (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX egret_jobs_by_unique_key ON egret_jobs (unique_key) WHERE unique_key IS NOT NULL;

-- Jobs that can be claimed, each lane in the order of claims; those that have been interrupted are apart.
CREATE TABLE egret_ready (
    lane INTEGER NOT NULL,
    is_suspect INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (lane, is_suspect, priority, due_at, position)
) STRICT, WITHOUT ROWID;

-- Jobs that wait for their time (states 0 and 1).
CREATE TABLE egret_reserved (
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (lane, state, due_at, position)
) STRICT, WITHOUT ROWID;

-- Claimed jobs: never many. `flags`: 1 when the claim has an open execution, 2 when a person wants the job cancelled, 4 when
-- the job has a user or a unique key.
CREATE TABLE egret_claims (
    record INTEGER PRIMARY KEY,
    claim INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    interruptions INTEGER NOT NULL,
    flags INTEGER NOT NULL
) STRICT;

-- Unique keys that stay taken for a while after the enqueue, whatever becomes of the job.
CREATE TABLE egret_unique_windows (
    unique_key TEXT PRIMARY KEY,
    job_id ANY NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX egret_unique_windows_by_end ON egret_unique_windows (ends_at);

-- How jobs ended, each with its last execution folded in (`claim` is NULL if there was none).
CREATE TABLE egret_history (
    record INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    interruptions INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    claim INTEGER,
    service INTEGER,
    started_at INTEGER,
    error TEXT,
    value TEXT
) STRICT;
CREATE INDEX egret_history_by_end ON egret_history (finished_at);
CREATE INDEX egret_history_failures ON egret_history (state, finished_at) WHERE state > 6;

-- Attempts that are not folded into history: open ones that were noted, earlier ones, interrupted and released ones.
-- States: 0 running, 1 completed, 2 failed, 3 cancelled, 4 snoozed, 5 released, 6 interrupted.
CREATE TABLE egret_executions (
    claim INTEGER PRIMARY KEY,
    record INTEGER NOT NULL,
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
CREATE INDEX egret_executions_by_record ON egret_executions (record);

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
