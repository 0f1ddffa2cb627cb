UPDATE "{services}" SET info = ? WHERE id = ?
