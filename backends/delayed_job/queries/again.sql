-- Where Active Job in Ruby stores a new row and removes the old one, the old one becomes the new one.
UPDATE "{table}"
SET handler = ?, priority = ?, last_error = ?, run_at = ?, created_at = ?, updated_at = ?, {set_queue}attempts = 0,
    locked_at = NULL, locked_by = NULL
WHERE id = ?
