SELECT queue, polled_at FROM egret_polled ORDER BY queue
