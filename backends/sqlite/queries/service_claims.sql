SELECT id, claim, lane, attempt, interruptions, flags, job_id, due_at FROM egret_jobs WHERE owner = ?1 ORDER BY id
