DELETE FROM "{names}" WHERE kind = ? AND name = ?
