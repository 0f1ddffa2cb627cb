SELECT jobs.id, jobs.job_id, jobs.lane, jobs.state, jobs.priority, jobs.due_at, jobs.position, jobs.attempt,
    jobs.interruptions, jobs.started_at, jobs.error, claims.claim IS NOT NULL, history.state
FROM egret_jobs AS jobs LEFT JOIN egret_claims AS claims ON claims.record = jobs.id
    LEFT JOIN egret_history AS history ON history.record = jobs.id
WHERE jobs.job_id = ?1
