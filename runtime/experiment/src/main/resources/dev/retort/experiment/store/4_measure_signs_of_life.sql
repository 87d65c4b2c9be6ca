-- Signs of life with the time by a clock that does not jump, too: an attempt whose scheduler is gone is
-- charged by it. Instead of signs_of_life, whose rows had none.
CREATE TABLE IF NOT EXISTS scheduler_signs (
    scheduler VARCHAR(200) NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    process TEXT NOT NULL,
    beat BIGINT NOT NULL,
    wall_ms BIGINT NOT NULL,
    mono_ns BIGINT NOT NULL
);
INSERT INTO scheduler_signs (scheduler, host, process, beat, wall_ms, mono_ns)
    SELECT scheduler, host, process, beat, wall_ms, 0 FROM signs_of_life
    WHERE scheduler NOT IN (SELECT scheduler FROM scheduler_signs);
