DELETE FROM egret_services WHERE id = ?1
