UPDATE "{services}" SET phase = ? WHERE id = ?
