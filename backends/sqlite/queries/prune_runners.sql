DELETE FROM egret_runners WHERE left_at < ?1 AND service NOT IN (SELECT service FROM egret_executions)
