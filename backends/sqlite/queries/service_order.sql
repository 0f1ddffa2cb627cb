UPDATE egret_services SET orders = ?2 WHERE id = ?1
