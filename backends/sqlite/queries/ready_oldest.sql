-- The oldest of each priority is the first of its range; priorities are stepped over one by one.
WITH RECURSIVE priorities (priority) AS (
    SELECT (SELECT min(priority) FROM egret_ready WHERE lane = ?1 AND is_suspect = ?2)
    UNION ALL
    SELECT (SELECT min(ready.priority) FROM egret_ready AS ready
            WHERE ready.lane = ?1 AND ready.is_suspect = ?2 AND ready.priority > priorities.priority)
    FROM priorities WHERE priorities.priority IS NOT NULL
    LIMIT ?3)
SELECT min((SELECT ready.due_at FROM egret_ready AS ready
            WHERE ready.lane = ?1 AND ready.is_suspect = ?2 AND ready.priority = priorities.priority
            ORDER BY ready.due_at LIMIT 1)), count(priorities.priority)
FROM priorities
