DELETE FROM egret_executions WHERE job_id = ?1
