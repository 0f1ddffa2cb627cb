UPDATE "{claims}" SET started_at = NULL WHERE job_id IN (?) AND locked_by LIKE ?
