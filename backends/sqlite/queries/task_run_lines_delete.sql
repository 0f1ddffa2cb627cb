DELETE FROM egret_task_lines WHERE task = ?1 AND sequence = ?2
