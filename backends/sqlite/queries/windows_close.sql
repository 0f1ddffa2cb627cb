DELETE FROM egret_unique_windows WHERE ends_at <= ?1
