-- The classes that a service can run, a JSON array; NULL for every class, and for services of an older release.
ALTER TABLE egret_services ADD COLUMN classes TEXT;

-- When the number of living services of each name last changed, as far as the table of services does not tell.
CREATE TABLE egret_presence (
    name TEXT PRIMARY KEY,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When a service that is gone last polled each queue or pattern.
CREATE TABLE egret_polled (
    queue TEXT PRIMARY KEY,
    polled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
