INSERT INTO egret_ready (lane, is_suspect, priority, due_at, position, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
