SELECT executions.claim
FROM egret_jobs AS jobs JOIN egret_executions AS executions ON executions.record = jobs.id
WHERE jobs.job_id = ?1 AND executions.attempt = ?2
UNION
SELECT history.claim
FROM egret_jobs AS jobs JOIN egret_history AS history ON history.record = jobs.id
WHERE jobs.job_id = ?1 AND history.attempt = ?2 AND history.claim IS NOT NULL
UNION
SELECT claims.claim
FROM egret_jobs AS jobs JOIN egret_claims AS claims ON claims.record = jobs.id
WHERE jobs.job_id = ?1 AND claims.attempt + 1 = ?2
ORDER BY 1
