SELECT format('job number %d', record)
FROM (SELECT record, lane FROM egret_ready UNION ALL SELECT record, lane FROM egret_reserved) AS waiting
WHERE NOT EXISTS (SELECT 1 FROM egret_jobs WHERE id = waiting.record AND lane = waiting.lane)
