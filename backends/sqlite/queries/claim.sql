UPDATE egret_jobs SET state = 4, claim = ?2, owner = ?3
WHERE id = ?1
RETURNING job_id, attempt, interruptions, due_at, origin, payload
