SELECT executions.service, runners.host, runners.pid
FROM egret_executions AS executions LEFT JOIN egret_runners AS runners ON runners.service = executions.service
WHERE executions.record = ?1 AND executions.state = ?2
ORDER BY executions.claim DESC LIMIT ?3
