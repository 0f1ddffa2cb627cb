UPDATE egret_executions SET user_id = ?2, site_id = ?3 WHERE claim = ?1
