SELECT id, name, info, started_at, beat_at, n_beats, phase, resident_bytes, n_finished, order_number, order_word FROM "{services}" ORDER BY started_at, id
