UPDATE egret_services SET queues = ?2, concurrency = ?3, classes = ?4 WHERE id = ?1
