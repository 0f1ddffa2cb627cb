-- The condition is that of delayed_job_active_record 4.1 (`ready_to_run`); the order has ids behind it, where upstream has
-- none.
UPDATE "{table}" SET locked_at = :now, locked_by = :name
WHERE id = (
    SELECT id FROM "{table}"
    WHERE ((run_at <= :now AND (locked_at IS NULL OR locked_at < :expired)) OR locked_by = :name)
        AND failed_at IS NULL
        AND (:min_priority IS NULL OR priority >= :min_priority)
        AND (:max_priority IS NULL OR priority <= :max_priority)
        AND (:queues IS NULL OR {queue} IN (SELECT value FROM json_each(:queues)))
        AND id NOT IN (SELECT value FROM json_each(:skipped))
    ORDER BY priority ASC, run_at ASC, id ASC
    LIMIT 1
)
RETURNING id, priority, attempts, handler, last_error, run_at, locked_at, locked_by, failed_at, {queue}, created_at
