SELECT format('the end of job number %d', record) FROM egret_history
WHERE record NOT IN (SELECT id FROM egret_jobs)
UNION ALL
SELECT format('attempt %d of job number %d', attempt, record) FROM egret_executions
WHERE record NOT IN (SELECT id FROM egret_jobs)
