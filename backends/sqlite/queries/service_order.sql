UPDATE egret_services SET orders = CASE orders & 3 WHEN 2 THEN orders ELSE ((orders >> 2) + 1) << 2 | ?2 END WHERE id = ?1
