SELECT jobs.job_id FROM egret_claims AS claims JOIN egret_jobs AS jobs ON jobs.id = claims.record
WHERE claims.owner = ?1 AND claims.flags & 2
ORDER BY claims.record
