UPDATE egret_tasks SET is_interrupt_asked = 1, updated_at = ?2 WHERE id = ?1
