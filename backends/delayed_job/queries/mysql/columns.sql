SELECT column_name, character_maximum_length, character_set_name FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name = ?
