INSERT INTO egret_log_lines (claim, first, n, lines) VALUES (?1, ?2, ?3, ?4)
