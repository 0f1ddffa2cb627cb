SELECT id, state, lane, job_id FROM egret_history WHERE job_id = ?1
