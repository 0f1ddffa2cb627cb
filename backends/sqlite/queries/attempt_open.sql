SELECT claims.attempt + 1, 0, claims.lane, NULL, NULL, claims.owner, host, pid, NULL, jobs.job_id, jobs.payload
FROM egret_claims AS claims JOIN egret_jobs AS jobs ON jobs.id = claims.record
    LEFT JOIN egret_runners AS runners ON runners.service = claims.owner
WHERE claims.record = ?1
