UPDATE "{claims}" SET started_at = COALESCE(started_at, {now}) WHERE job_id IN ({ids}) AND locked_by LIKE ?
