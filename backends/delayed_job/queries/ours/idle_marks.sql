SELECT job_id FROM "{claims}" WHERE service IS NULL AND job_id > ? ORDER BY job_id LIMIT ?
