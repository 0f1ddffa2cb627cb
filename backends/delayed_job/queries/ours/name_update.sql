UPDATE "{names}" SET at = ? WHERE kind = ? AND name = ?
