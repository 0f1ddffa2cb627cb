INSERT INTO "{table}" (priority, handler, run_at, created_at, updated_at)
VALUES (:priority, :handler, :run_at, :now, :now)
RETURNING id
