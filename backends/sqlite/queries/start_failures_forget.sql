DELETE FROM egret_start_failures WHERE name = ?1
