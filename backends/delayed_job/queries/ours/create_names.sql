CREATE TABLE "{names}" (
    kind {name_type} NOT NULL,
    name {name_type} NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (kind, name)
);
