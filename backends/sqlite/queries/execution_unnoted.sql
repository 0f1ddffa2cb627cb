SELECT claims.attempt + 1, 0, claims.lane, NULL, NULL, claims.owner, host, pid, NULL, claims.claim, claims.record
FROM egret_jobs AS jobs JOIN egret_claims AS claims ON claims.record = jobs.id
    LEFT JOIN egret_runners AS runners ON runners.service = claims.owner
WHERE jobs.job_id = ?1 AND claims.flags & 1 = 0
