-- CROSS JOIN keeps this order: there are few claims, which SQLite does not know where it has measured none.
SELECT jobs.job_id FROM egret_claims AS claims CROSS JOIN egret_jobs AS jobs ON jobs.id = claims.record
WHERE claims.owner = ?1 AND claims.flags & 2
ORDER BY claims.record
