SELECT reserved.state, reserved.due_at, reserved.position, reserved.record, jobs.priority, jobs.interruptions
FROM egret_reserved AS reserved JOIN egret_jobs AS jobs ON jobs.id = reserved.record
WHERE reserved.lane = ?1 AND reserved.state IN (0, 1) AND reserved.due_at <= ?2
LIMIT ?3
