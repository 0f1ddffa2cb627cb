UPDATE "{services}" SET beat_at = {now}, n_beats = n_beats + 1, phase = ?, resident_bytes = ?, n_finished = ? WHERE id = ?
