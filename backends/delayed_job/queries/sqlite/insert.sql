INSERT INTO "{table}" (priority, handler, run_at, queue, created_at, updated_at)
VALUES (:priority, :handler, :run_at, :queue, :now, :now)
RETURNING id
