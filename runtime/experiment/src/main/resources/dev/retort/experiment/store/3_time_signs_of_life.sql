-- Signs of life of schedulers, with their time: it only tells how long an attempt was at work whose
-- scheduler is gone. Instead of heartbeats, whose rows had none.
CREATE TABLE IF NOT EXISTS signs_of_life (
    scheduler VARCHAR(200) NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    process TEXT NOT NULL,
    beat BIGINT NOT NULL,
    wall_ms BIGINT NOT NULL
);
INSERT INTO signs_of_life (scheduler, host, process, beat, wall_ms)
    SELECT scheduler, host, process, beat, 0 FROM heartbeats
    WHERE scheduler NOT IN (SELECT scheduler FROM signs_of_life);
