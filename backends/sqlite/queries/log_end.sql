SELECT first + n FROM egret_log_lines WHERE claim = ?1 ORDER BY first DESC LIMIT 1
