SELECT job_id FROM egret_jobs WHERE unique_key = ?1
UNION ALL SELECT job_id FROM egret_unique_windows WHERE unique_key = ?1
LIMIT 1
