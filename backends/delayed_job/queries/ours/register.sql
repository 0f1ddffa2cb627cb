INSERT INTO "{services}" (id, name, info, started_at, beat_at, n_beats, phase, resident_bytes, n_finished, order_number, order_word) VALUES (?, ?, ?, {now}, {now}, 0, ?, 0, 0, 0, NULL)
