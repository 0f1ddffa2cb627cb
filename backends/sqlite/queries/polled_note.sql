INSERT INTO egret_polled (queue, polled_at) VALUES (?1, ?2)
ON CONFLICT (queue) DO UPDATE SET polled_at = max(polled_at, excluded.polled_at)
