SELECT 1 FROM egret_jobs WHERE job_id = ?1
