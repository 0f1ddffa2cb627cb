SELECT job_id FROM egret_jobs WHERE owner = ?1 AND flags & 2 ORDER BY id
