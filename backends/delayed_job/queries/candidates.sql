-- The condition is that of delayed_job_active_record 4.1 (`ready_to_run`) without its clause for rows under the worker's own
-- name: no name of ours is used twice. The order has ids behind it, where upstream has none.
SELECT {columns} FROM "{table}"
WHERE failed_at IS NULL AND run_at <= ? AND (locked_at IS NULL OR locked_at < ?){priorities}{queues}{excluded}
ORDER BY priority, run_at, id
LIMIT ? {for_taking}
