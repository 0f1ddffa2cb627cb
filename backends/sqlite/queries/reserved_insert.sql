INSERT INTO egret_reserved (lane, state, due_at, position, record) VALUES (?1, ?2, ?3, ?4, ?5)
