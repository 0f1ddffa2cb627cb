SELECT id, name FROM egret_tasks WHERE hold IS NULL AND updated_at < ?1 ORDER BY updated_at LIMIT ?2
