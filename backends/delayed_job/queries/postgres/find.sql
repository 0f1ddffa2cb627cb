SELECT id::bigint, priority::bigint, attempts::bigint, handler, last_error, run_at, locked_at, locked_by, failed_at,
    {queue} AS queue, created_at
FROM "{table}" WHERE id = $1
