SELECT history.attempt, history.state, history.lane, history.started_at, finished_at, history.service, host, pid, history.error,
    jobs.job_id, jobs.payload
FROM egret_history AS history JOIN egret_jobs AS jobs ON jobs.id = history.record
    LEFT JOIN egret_runners AS runners ON runners.service = history.service
WHERE history.record = ?1
