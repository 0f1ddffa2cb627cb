INSERT INTO egret_task_lines (task, sequence, first, n, lines) VALUES (?1, ?2, ?3, ?4, ?5)
