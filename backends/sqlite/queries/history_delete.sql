DELETE FROM egret_history WHERE record = ?1
