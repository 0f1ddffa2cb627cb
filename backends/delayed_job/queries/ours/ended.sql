UPDATE "{claims}" SET started_at = NULL WHERE job_id IN ({ids}) AND locked_by LIKE ?
