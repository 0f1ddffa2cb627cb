DELETE FROM egret_history WHERE job_id = (SELECT job_id FROM egret_jobs WHERE id = ?1)
RETURNING job_id, lane, state, claim, service, attempt, started_at, finished_at, error
