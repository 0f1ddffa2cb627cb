INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, job_id, user_id, unique_key, payload,
    site_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?1, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (job_id) DO NOTHING
