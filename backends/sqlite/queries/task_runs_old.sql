SELECT task, sequence FROM egret_task_runs
WHERE written_at <= ?1
    AND NOT EXISTS (SELECT 1 FROM egret_tasks WHERE id = task AND hold IS NOT NULL AND log_sequence = sequence)
ORDER BY written_at LIMIT ?2
