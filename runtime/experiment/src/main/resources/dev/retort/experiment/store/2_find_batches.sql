-- A batch is found by its key and read by its number; without this each look reads the whole log.
CREATE INDEX IF NOT EXISTS events_batch ON events (batch);
