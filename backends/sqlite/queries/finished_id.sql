SELECT 1 FROM egret_history WHERE job_id = ?1
