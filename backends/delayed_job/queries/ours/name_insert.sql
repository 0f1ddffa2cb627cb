INSERT INTO "{names}" (kind, name, at) VALUES (?, ?, ?) {unless_there}
