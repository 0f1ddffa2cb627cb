DELETE FROM egret_tasks WHERE id = ?1
