UPDATE "{table}" SET locked_at = ? WHERE id IN (?)
