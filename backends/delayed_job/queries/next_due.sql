SELECT min(run_at) FROM "{table}"
WHERE failed_at IS NULL AND run_at > ? AND (locked_at IS NULL OR locked_at < ?){priorities}{queues}{excluded}
