SELECT 1 FROM egret_jobs AS jobs
WHERE jobs.job_id = ?1 AND NOT EXISTS (SELECT 1 FROM egret_history AS history WHERE history.record = jobs.id)
