SELECT history.attempt, history.state, history.lane, history.started_at, finished_at, history.service, host, pid, history.error,
    claim
FROM egret_jobs AS jobs JOIN egret_history AS history ON history.record = jobs.id
    LEFT JOIN egret_runners AS runners ON runners.service = history.service
WHERE jobs.job_id = ?1 AND history.claim IS NOT NULL
