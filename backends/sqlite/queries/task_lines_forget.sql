DELETE FROM egret_task_lines WHERE task = ?1
