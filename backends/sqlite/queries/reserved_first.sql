SELECT min(due_at) FROM (
    SELECT * FROM (SELECT due_at FROM egret_reserved WHERE lane = ?1 AND state = 0 ORDER BY due_at LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT due_at FROM egret_reserved WHERE lane = ?1 AND state = 1 ORDER BY due_at LIMIT 1))
