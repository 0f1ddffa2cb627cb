UPDATE egret_executions SET record = ?2 WHERE record = ?1
