-- What is kept beside jobs: users, sessions, access tokens, the trail of changes. `kind` and `key` name a record, `owner`
-- says to whom it belongs, `version` counts the times it was stored. A record whose `expires_at` has come is gone; its row
-- goes with the next pruning.
CREATE TABLE egret_control (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    owner TEXT,
    body TEXT NOT NULL,
    expires_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX egret_control_by_owner ON egret_control (kind, owner, key) WHERE owner IS NOT NULL;
CREATE INDEX egret_control_expiring ON egret_control (expires_at) WHERE expires_at IS NOT NULL;
