DELETE FROM egret_start_rights WHERE nonce = ?1
