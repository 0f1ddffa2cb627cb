UPDATE "{claims}" SET service = ?, locked_by = ?, started_at = NULL, is_cancelled = 0, unreadable = NULL WHERE job_id IN (?)
