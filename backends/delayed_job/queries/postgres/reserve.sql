-- The condition is that of delayed_job_active_record 4.1 (`ready_to_run`), SKIP LOCKED that of 4.1.9 and later; the order has
-- ids behind it, where upstream has none. Materialised, so that no plan locks more than the one row.
WITH next AS MATERIALIZED (
    SELECT id FROM "{table}"
    WHERE ((run_at <= $1 AND (locked_at IS NULL OR locked_at < $2)) OR locked_by = $3)
        AND failed_at IS NULL
        AND ($4 IS NULL OR priority >= $4)
        AND ($5 IS NULL OR priority <= $5)
        AND ($6 IS NULL OR {queue} = ANY ($6))
        AND id <> ALL ($7)
    ORDER BY priority ASC, run_at ASC, id ASC
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE "{table}" AS job SET locked_at = $1, locked_by = $3
FROM next WHERE job.id = next.id
RETURNING job.id::bigint, priority::bigint, attempts::bigint, handler, last_error, run_at, locked_at, locked_by, failed_at,
    {queue} AS queue, created_at
