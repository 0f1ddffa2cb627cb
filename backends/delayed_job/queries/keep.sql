-- The lock goes, which Ruby leaves until its worker ends.
UPDATE "{table}"
SET attempts = ?, last_error = ?, failed_at = ?, locked_at = NULL, locked_by = NULL, updated_at = ?
WHERE id = ?
