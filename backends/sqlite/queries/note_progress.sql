UPDATE egret_executions SET progress = ?2, progress_total = ?3
WHERE claim = ?1
