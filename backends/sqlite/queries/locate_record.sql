SELECT id, claim, owner, state, lane, attempt, interruptions, flags, job_id, due_at FROM egret_jobs WHERE id = ?1
