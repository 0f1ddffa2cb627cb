SELECT claim FROM egret_executions WHERE job_id = ?1 AND attempt = ?2
UNION SELECT claim FROM egret_history WHERE job_id = ?1 AND attempt = ?2 AND claim IS NOT NULL
UNION SELECT claim FROM egret_jobs WHERE job_id = ?1 AND attempt + 1 = ?2 AND owner IS NOT NULL
ORDER BY 1
