-- Which scripts were run; its name and columns are those of MyBatis Migrations.
CREATE TABLE IF NOT EXISTS schema_changes (
    id NUMERIC(20, 0) NOT NULL PRIMARY KEY,
    applied_at VARCHAR(25) NOT NULL,
    description VARCHAR(255) NOT NULL
);
-- The log: one row an event, never changed and never deleted.
CREATE TABLE IF NOT EXISTS events (
    seq BIGINT NOT NULL PRIMARY KEY,
    batch BIGINT NOT NULL,
    wall_ms BIGINT NOT NULL,
    mono_ns BIGINT NOT NULL,
    actor TEXT NOT NULL,
    idempotency_key TEXT UNIQUE,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash CHAR(64) NOT NULL
);
-- Signs of life of schedulers. Nothing is decided by their contents but that a counter stands still.
CREATE TABLE IF NOT EXISTS heartbeats (
    scheduler VARCHAR(200) NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    process TEXT NOT NULL,
    beat BIGINT NOT NULL
);
