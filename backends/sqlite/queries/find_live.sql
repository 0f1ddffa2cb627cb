SELECT id, job_id, state, lane, priority, attempt, interruptions, due_at, enqueued_at, origin, started_at, error, payload, owner, claim, flags
FROM egret_jobs WHERE job_id = ?1
