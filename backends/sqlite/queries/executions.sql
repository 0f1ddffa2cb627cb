SELECT attempt, state, lane, started_at, closed_at, executions.service, host, pid, error, claim
FROM egret_executions AS executions LEFT JOIN egret_runners AS runners ON runners.service = executions.service
WHERE job_id = ?1
