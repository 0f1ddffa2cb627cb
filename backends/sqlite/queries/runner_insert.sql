INSERT INTO egret_runners (service, host, pid) VALUES (?1, ?2, ?3) ON CONFLICT (service) DO NOTHING
