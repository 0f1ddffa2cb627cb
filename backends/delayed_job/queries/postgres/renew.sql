UPDATE "{table}" SET locked_at = $3 WHERE id = $1 AND locked_by = $2
RETURNING 1
