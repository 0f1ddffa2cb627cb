DELETE FROM egret_pauses WHERE queue = ?1
