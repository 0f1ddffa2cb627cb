DELETE FROM egret_log_lines WHERE claim IN (SELECT claim FROM egret_executions WHERE record = ?1)
