UPDATE egret_tasks SET state = 0, hold = NULL, owner = NULL, is_interrupt_asked = 0, has_lost_owner = 0, updated_at = ?2,
    closed_at = ifnull(closed_at, ?2)
WHERE id = ?1
