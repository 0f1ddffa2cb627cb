SELECT lane, CAST(payload AS BLOB) FROM egret_jobs WHERE lane NOT IN (SELECT id FROM egret_lanes) GROUP BY lane
