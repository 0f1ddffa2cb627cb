INSERT INTO "{claims}" (job_id, service, locked_by, started_at, is_cancelled, interruptions, more_attempts, n_postponed, dead, error, unreadable) {rows}
