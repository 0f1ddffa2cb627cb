DELETE FROM "{services}" WHERE id = ?
