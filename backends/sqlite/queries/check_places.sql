WITH places (record) AS (
    SELECT record FROM egret_ready UNION ALL SELECT record FROM egret_reserved
    UNION ALL SELECT record FROM egret_claims UNION ALL SELECT record FROM egret_history
)
SELECT format('job number %d is in %d places', jobs.id, count(places.record))
FROM egret_jobs AS jobs LEFT JOIN places ON places.record = jobs.id
GROUP BY jobs.id HAVING count(places.record) <> 1
