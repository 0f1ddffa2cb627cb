INSERT INTO "{table}" (priority, handler, run_at, created_at, updated_at{queue_column}) VALUES {rows}
