SELECT jobs.id, jobs.job_id, jobs.state, jobs.lane, jobs.priority, jobs.attempt, jobs.interruptions, jobs.due_at,
    jobs.enqueued_at, jobs.origin, jobs.started_at, jobs.error, jobs.payload, claims.owner, history.state, history.attempt,
    history.interruptions, history.started_at, history.error, history.finished_at, runners.host,
    runners.pid, executions.progress, executions.progress_total
FROM egret_jobs AS jobs LEFT JOIN egret_claims AS claims ON claims.record = jobs.id
    LEFT JOIN egret_runners AS runners ON runners.service = claims.owner
    LEFT JOIN egret_executions AS executions ON executions.claim = claims.claim
    LEFT JOIN egret_history AS history ON history.record = jobs.id
WHERE jobs.job_id = ?1
