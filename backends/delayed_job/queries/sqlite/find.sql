SELECT id, priority, attempts, handler, last_error, run_at, locked_at, locked_by, failed_at, {queue}, created_at
FROM "{table}" WHERE id = :id
