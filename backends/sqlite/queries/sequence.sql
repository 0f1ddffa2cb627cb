SELECT next FROM egret_sequence WHERE id = 1
