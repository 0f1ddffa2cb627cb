SELECT {columns} FROM "{table}"
WHERE (failed_at < ? OR (failed_at = ? AND id < ?)){narrowed}
ORDER BY failed_at DESC, id DESC
LIMIT ?
