SELECT (SELECT count(*) FROM egret_jobs) - (SELECT count(*) FROM egret_history), (SELECT count(*) FROM egret_history)
