SELECT kind, name, at FROM "{names}" WHERE kind = ? ORDER BY name
