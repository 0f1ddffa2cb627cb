SELECT 1 FROM egret_services WHERE id = ?1
