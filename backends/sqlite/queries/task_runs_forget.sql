DELETE FROM egret_task_runs WHERE task = ?1
