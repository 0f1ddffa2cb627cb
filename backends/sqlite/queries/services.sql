SELECT id, name, process, mode, queues, concurrency, started_at, classes FROM egret_services ORDER BY started_at, id
