UPDATE egret_services SET queues = ?2, concurrency = ?3 WHERE id = ?1
