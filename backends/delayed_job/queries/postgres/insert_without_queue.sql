INSERT INTO "{table}" (priority, handler, run_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $4)
RETURNING id::bigint
