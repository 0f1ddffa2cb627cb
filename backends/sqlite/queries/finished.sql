SELECT id, job_id, state, lane, priority, attempt, interruptions, due_at, enqueued_at, origin, started_at, error, payload, finished_at
FROM egret_history WHERE id = ?1
