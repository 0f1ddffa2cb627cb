SELECT id, state, lane, job_id FROM egret_history WHERE id = ?1
