INSERT INTO egret_task_runs (task, sequence, owner, began_at, written_at, n_lines) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
ON CONFLICT (task, sequence) DO UPDATE SET written_at = excluded.written_at, n_lines = n_lines + excluded.n_lines
RETURNING n_lines - ?5
