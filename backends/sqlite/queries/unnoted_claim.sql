SELECT attempt + 1, 0, lane, NULL, NULL, owner, host, pid, NULL, claim, id
FROM egret_jobs AS jobs LEFT JOIN egret_runners AS runners ON runners.service = jobs.owner
WHERE job_id = ?1 AND owner IS NOT NULL AND flags & 1 = 0
