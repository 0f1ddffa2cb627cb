SELECT job_id FROM egret_jobs WHERE id = ?1
