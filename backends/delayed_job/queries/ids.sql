SELECT id FROM "{table}" WHERE id IN (?)
