INSERT INTO egret_history (id, lane, state, priority, due_at, enqueued_at, origin, attempt, interruptions, finished_at,
    claim, service, job_id, started_at, error, value, payload)
SELECT ?2, lane, ?3, priority, due_at, enqueued_at, origin, ?4, ?5, ?6, ?7, ?8, job_id, coalesce(?9, started_at),
    coalesce(?10, CASE WHEN ?11 THEN error END), ?12, payload
FROM egret_jobs WHERE id = ?1
