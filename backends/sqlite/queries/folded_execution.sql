SELECT attempt, state, lane, started_at, finished_at, history.service, host, pid, error, claim
FROM egret_history AS history LEFT JOIN egret_runners AS runners ON runners.service = history.service
WHERE job_id = ?1 AND claim IS NOT NULL
