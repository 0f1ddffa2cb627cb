-- CROSS JOIN keeps this order: there are few claims, which SQLite does not know where it has measured none.
SELECT claims.attempt + 1, 0, claims.lane, NULL, NULL, claims.owner, host, pid, NULL, jobs.job_id, jobs.payload
FROM egret_claims AS claims CROSS JOIN egret_jobs AS jobs ON jobs.id = claims.record
    LEFT JOIN egret_runners AS runners ON runners.service = claims.owner
WHERE claims.record = ?1
