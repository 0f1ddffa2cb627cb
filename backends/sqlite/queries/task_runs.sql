SELECT sequence, egret_task_runs.owner, began_at, written_at, n_lines FROM egret_tasks JOIN egret_task_runs ON task = id
WHERE name = ?1 ORDER BY sequence DESC
