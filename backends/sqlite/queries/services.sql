SELECT id, name, process, mode, queues, concurrency, started_at FROM egret_services ORDER BY started_at, id
