SELECT first, n, lines FROM egret_task_lines
WHERE task = (SELECT id FROM egret_tasks WHERE name = ?1) AND sequence = ?2 ORDER BY first
