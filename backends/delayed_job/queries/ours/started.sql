UPDATE "{claims}" SET started_at = COALESCE(started_at, {now}) WHERE job_id IN (?) AND locked_by LIKE ?
