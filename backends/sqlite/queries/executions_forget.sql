DELETE FROM egret_executions WHERE record = ?1
