SELECT names.queue, pauses.paused_at
FROM (SELECT queue FROM egret_lanes UNION SELECT queue FROM egret_pauses) AS names
    LEFT JOIN egret_pauses AS pauses ON pauses.queue = names.queue
ORDER BY names.queue
