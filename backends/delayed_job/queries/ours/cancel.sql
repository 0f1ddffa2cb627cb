UPDATE "{claims}" SET is_cancelled = 1 WHERE job_id = ? AND service IS NOT NULL
