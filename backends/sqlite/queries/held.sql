SELECT lane, attempt, interruptions, flags, job_id, due_at FROM egret_jobs
WHERE id = ?1 AND claim = ?2 AND owner = ?3
