SELECT executions.attempt, executions.state, executions.lane, executions.started_at, closed_at, executions.service, host, pid,
    executions.error, claim
FROM egret_jobs AS jobs JOIN egret_executions AS executions ON executions.record = jobs.id
    LEFT JOIN egret_runners AS runners ON runners.service = executions.service
WHERE jobs.job_id = ?1
