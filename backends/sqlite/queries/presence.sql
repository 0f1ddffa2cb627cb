SELECT name, changed_at FROM egret_presence ORDER BY name
