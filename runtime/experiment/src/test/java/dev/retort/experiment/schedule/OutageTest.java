package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.FailingStore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** A store that cannot be written for a while is told once, and once that it can again. */
final class OutageTest extends Simulation {
    private final List<String> logged = new ArrayList<>();

    @Test
    void itIsToldWhenItBeginsAndWhenItIsOver() {
        Logger logger = Logger.getLogger(Outage.class.getPackageName());
        Handler handler = new Keeping();
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        lab.submit(Samples.experiment("e", "t", "x", 1, 2, 3).build());
        AtomicBoolean failing = new AtomicBoolean();
        String id;
        try (EventStore own = FailingStore.open(url(), time::now, time::nanos, failing)) {
            id = Scheduler.start(own, options(2), completing(), time, host.machine()).id();
            time.run(Duration.ofMillis(500), own);
            failing.set(true);
            time.run(Duration.ofMinutes(2), own);
            assertEquals(1, logged.size(), logged::toString);
            failing.set(false);
            assertTrue(time.runUntil(() -> refreshed() == 3, DAY, own));
            time.run(Duration.ofSeconds(10), own);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(
                List.of(
                        "scheduler "
                                + id
                                + " waits until it can record what its runs do: the store cannot be"
                                + " written: the disk is full",
                        "scheduler " + id + " goes on: the store can be used again"),
                logged);
    }

    private long refreshed() {
        store.refresh();
        return ended();
    }

    private final class Keeping extends Handler {
        @Override
        public void publish(LogRecord entry) {
            logged.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
