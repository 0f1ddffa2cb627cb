INSERT INTO egret_history (id, lane, state, priority, due_at, enqueued_at, origin, attempt, interruptions, finished_at,
    claim, service, job_id, started_at, value, payload)
SELECT ?4, lane, 6, priority, due_at, enqueued_at, origin, attempt + 1, 0, ?5, claim, owner, job_id, ?6, ?7, payload
FROM egret_jobs WHERE id = ?1 AND claim = ?2 AND owner = ?3
