INSERT INTO egret_jobs (id, lane, state, priority, due_at, enqueued_at, origin, attempt, interruptions, job_id, started_at,
    error, payload)
SELECT ?2, lane, 2, priority, ?3, enqueued_at, origin, attempt, 0, job_id, started_at, error, payload
FROM egret_history WHERE id = ?1
