DELETE FROM egret_executions WHERE claim = ?1
