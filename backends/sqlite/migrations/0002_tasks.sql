-- Named tasks. `state`: 0 stop, 1 ready, 2 running, 3 completed, 4 failed, 5 interrupted. `hold` names the present hold and
-- is NULL when nobody has the task; `owner` tells who has it, as JSON. A process that holds a task has a lock on a file
-- beside the store that is named after the hold. `started_at` is 0 while the task has not started since it was made ready.
CREATE TABLE egret_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL DEFAULT 0,
    hold INTEGER,
    owner TEXT,
    is_interrupt_asked INTEGER NOT NULL DEFAULT 0,
    has_lost_owner INTEGER NOT NULL DEFAULT 0,
    current_count INTEGER NOT NULL DEFAULT 0,
    total_count INTEGER NOT NULL DEFAULT 0,
    log_sequence INTEGER NOT NULL DEFAULT 0,
    user_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER
) STRICT;
CREATE INDEX egret_tasks_by_start ON egret_tasks (started_at, id);
CREATE INDEX egret_tasks_held ON egret_tasks (hold) WHERE hold IS NOT NULL;
CREATE INDEX egret_tasks_closed ON egret_tasks (updated_at) WHERE hold IS NULL;

-- Runs of tasks that have written log lines. `n_lines` counts all of them, also those that are not kept.
CREATE TABLE egret_task_runs (
    task INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    owner TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    n_lines INTEGER NOT NULL,
    PRIMARY KEY (task, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX egret_task_runs_by_time ON egret_task_runs (written_at);

-- Log lines of runs, several to a row, as in `egret_log_lines`.
CREATE TABLE egret_task_lines (
    task INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    first INTEGER NOT NULL,
    n INTEGER NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (task, sequence, first)
) STRICT, WITHOUT ROWID;
