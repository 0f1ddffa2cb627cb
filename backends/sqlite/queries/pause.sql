INSERT INTO egret_pauses (queue, paused_at) VALUES (?1, ?2) ON CONFLICT (queue) DO NOTHING
