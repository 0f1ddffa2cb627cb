SELECT {columns} FROM "{table}"
WHERE failed_at IS NULL AND (run_at {beyond} ? OR (run_at = ? AND id {beyond} ?)){narrowed}
ORDER BY run_at {direction}, id {direction}
LIMIT ?
