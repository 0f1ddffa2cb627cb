UPDATE egret_sequence SET next = next WHERE id = 1
