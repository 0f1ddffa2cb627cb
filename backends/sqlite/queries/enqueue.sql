INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, job_id, user_id, unique_key, payload)
VALUES (?1, ?2, ?3, ?4, ?5, ?1, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (job_id) DO NOTHING
