UPDATE egret_tasks SET state = ?2, hold = NULL, owner = NULL, is_interrupt_asked = 0, has_lost_owner = ?3, updated_at = ?4,
    closed_at = ?4
WHERE id = ?1
