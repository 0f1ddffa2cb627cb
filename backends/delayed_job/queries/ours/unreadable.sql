SELECT job_id, unreadable FROM "{claims}" WHERE unreadable IS NOT NULL LIMIT ?
