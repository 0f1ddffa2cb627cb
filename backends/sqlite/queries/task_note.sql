UPDATE egret_tasks SET current_count = ?2, total_count = ?3, updated_at = ?4 WHERE id = ?1
