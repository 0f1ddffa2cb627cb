DELETE FROM egret_log_lines WHERE claim = ?1
