DELETE FROM "{claims}" WHERE job_id IN (?)
