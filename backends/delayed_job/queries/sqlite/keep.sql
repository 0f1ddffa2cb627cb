UPDATE "{table}"
SET attempts = attempts + :counts, last_error = :last_error, failed_at = :now, locked_at = NULL, locked_by = NULL,
    updated_at = :now
WHERE id = :id AND locked_by = :name
