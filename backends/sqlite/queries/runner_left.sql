UPDATE egret_runners SET left_at = ?2 WHERE service = ?1
