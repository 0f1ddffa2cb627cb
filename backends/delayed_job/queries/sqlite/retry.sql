UPDATE "{table}"
SET attempts = attempts + 1, last_error = :last_error, run_at = :run_at, locked_at = NULL, locked_by = NULL, updated_at = :now
WHERE id = :id AND locked_by = :name
