SELECT first, n, lines FROM egret_log_lines WHERE claim = ?1 ORDER BY first
