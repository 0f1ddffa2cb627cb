INSERT INTO egret_services (id, name, process, mode, queues, concurrency, started_at, classes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
