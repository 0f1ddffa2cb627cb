INSERT INTO egret_lanes (queue, class) VALUES (?1, ?2) RETURNING id
