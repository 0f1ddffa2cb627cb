DELETE FROM "{services}" WHERE id = ? AND n_beats = ?
