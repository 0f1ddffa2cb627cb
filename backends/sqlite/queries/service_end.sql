SELECT name, queues FROM egret_services WHERE id = ?1
