UPDATE egret_sequence SET next = ?1 WHERE id = 1
