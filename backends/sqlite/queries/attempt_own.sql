SELECT executions.attempt, executions.state, executions.lane, executions.started_at, closed_at, executions.service, host, pid,
    executions.error, jobs.job_id, jobs.payload
FROM egret_executions AS executions JOIN egret_jobs AS jobs ON jobs.id = executions.record
    LEFT JOIN egret_runners AS runners ON runners.service = executions.service
WHERE executions.claim = ?1
