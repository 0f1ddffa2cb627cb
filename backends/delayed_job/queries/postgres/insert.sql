INSERT INTO "{table}" (priority, handler, run_at, queue, created_at, updated_at)
VALUES ($1, $2, $3, $5, $4, $4)
RETURNING id::bigint
