//! A store with 100,000 jobs, written without the backend, which would take long.

use egret_sqlite::rusqlite::Connection;

use super::Store;

pub(crate) const N_JOBS: i64 = 100_000;
/// Of these, so many have ended; the others live.
pub(crate) const N_ENDED: i64 = 70_000;
/// Each hundredth job belongs to the user `rare`, and to the site 2; all others to the site 1.
pub(crate) const OF_RARE: i64 = N_JOBS / 100;

/// Jobs of 20 queues and two classes, of which one, `Rare`, is that of the first ended jobs alone.
const FILL: &str = r#"
BEGIN;
INSERT INTO egret_lanes (id, queue, class) SELECT value, 'queue' || value, 'Job' FROM generate_lanes;
INSERT INTO egret_lanes (id, queue, class) VALUES (21, 'queue1', 'Rare');
INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, attempt, job_id, user_id, site_id,
    started_at, payload)
SELECT id, lane, CASE WHEN is_ended THEN 2 WHEN id % 10 = 0 THEN 0 WHEN id % 10 = 1 THEN 1 ELSE 2 END, id % 3,
    CASE WHEN id % 10 < 2 AND NOT is_ended THEN 4000000000000000 ELSE 1000000000000000 END + id * 1000, id,
    1000000000000000 + id * 1000, 1, is_ended, randomblob(16), iif(is_ended, NULL, user), iif(is_ended, NULL, site), NULL,
    json_object('job_class', class, 'job_id', 'job-' || id, 'queue_name', queue, 'arguments', json_array(id),
        'serialized_bindings', json_array(json_object('user_id', user, 'site_id', site)))
FROM generate_jobs;
INSERT INTO egret_history (record, lane, state, attempt, interruptions, finished_at, claim, service, started_at, user_id, site_id)
SELECT id, lane, CASE id % 50 WHEN 0 THEN 8 WHEN 1 THEN 7 ELSE 6 END, 1, 0, 2000000000000000 + id * 1000, 1000000 + id, 7,
    2000000000000000 + id * 1000 - 10, user, site
FROM generate_jobs WHERE is_ended;
INSERT INTO egret_executions (claim, record, lane, attempt, state, service, started_at, closed_at, user_id, site_id)
SELECT 2000000 + id, id, lane, 1, 2, 7, 1500000000000000 + id * 1000, 1500000000000000 + id * 1000 + 5, user, site
FROM generate_jobs WHERE id % 5 = 0;
INSERT INTO egret_ready (lane, is_suspect, priority, due_at, position, record)
SELECT lane, 0, priority, due_at, position, id FROM egret_jobs
WHERE state = 2 AND id NOT IN (SELECT record FROM egret_history);
INSERT INTO egret_reserved (lane, state, due_at, position, record)
SELECT lane, state, due_at, position, id FROM egret_jobs
WHERE state IN (0, 1) AND id NOT IN (SELECT record FROM egret_history);
UPDATE egret_lanes SET
    n_scheduled = (SELECT count(*) FROM egret_reserved WHERE lane = egret_lanes.id AND state = 0),
    n_retryable = (SELECT count(*) FROM egret_reserved WHERE lane = egret_lanes.id AND state = 1),
    n_available = (SELECT count(*) FROM egret_ready WHERE lane = egret_lanes.id),
    n_completed = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 6),
    n_cancelled = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 7),
    n_discarded = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 8);
UPDATE egret_sequence SET next = 3000000;
COMMIT;
ANALYZE;
"#;

/// Fills a fresh store and lets SQLite measure it.
pub(crate) fn fill(store: &Store) -> Connection {
    let connection = Connection::open(store.folder.path().join("egret.db")).unwrap();
    let numbers = |name: &str, most: i64| {
        format!(
            "CREATE TEMP TABLE {name} AS WITH RECURSIVE n (value) AS \
             (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {most}) SELECT value FROM n;"
        )
    };
    let jobs = format!(
        "CREATE TEMP TABLE generate_jobs AS SELECT value AS id, \
         iif(value <= 10, 21, value % 20 + 1) AS lane, value <= {N_ENDED} AS is_ended, \
         iif(value <= 10, 'Rare', 'Job') AS class, iif(value <= 10, 'queue1', 'queue' || (value % 20 + 1)) AS queue, \
         iif(value % 100 = 7, 'rare', NULL) AS user, iif(value % 100 = 7, '2', '1') AS site FROM generate_numbers;"
    );
    let batch = [numbers("generate_lanes", 20), numbers("generate_numbers", N_JOBS), jobs, FILL.to_owned()].concat();
    connection.execute_batch(&batch).unwrap();
    connection
}
