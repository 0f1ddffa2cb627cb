DELETE FROM egret_ready WHERE lane = ?1 AND is_suspect = ?2 AND priority = ?3 AND due_at = ?4 AND position = ?5
