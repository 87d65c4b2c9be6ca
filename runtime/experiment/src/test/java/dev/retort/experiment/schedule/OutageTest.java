package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.FencedException;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.FailingStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
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

    private final Logger logger = Logger.getLogger(Outage.class.getPackageName());
    private final Handler handler = new Keeping();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void itIsToldWhenItBeginsAndWhenItIsOver() {
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

    private Outbox outbox(EventStore of) {
        return new Outbox(of, "s", new Acts(options(1).automation()), time, () -> {});
    }

    @Test
    void whateverKeepsEventsFromBeingRecordedIsAnOutage() {
        Event event = Event.HypothesisRegistered.of(Samples.hypothesis("h"));
        RuntimeException error = new UncheckedIOException(new IOException("the disk is gone"));
        try (EventStore own = FailingStore.failing(url(), time::now, time::nanos, error)) {
            Outbox outbox = outbox(own);
            outbox.append(List.of(event));
            outbox.append(List.of(event));
            time.run(Duration.ZERO, own);
            assertTrue(outbox.isEmpty());
        }
        assertEquals(
                List.of(
                        "scheduler s waits until it can record what its runs do:"
                                + " java.io.IOException: the disk is gone"),
                logged);
    }

    @Test
    void aRefusalIsAnAnswer() {
        Outbox outbox = outbox(store);
        List<Throwable> errors = new ArrayList<>();
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        Event fenced = new Event.AttemptStepped("e/a/1", 1);
        for (Event event : List.of(fenced, new Event.AttemptStepped("no/such/1", 1))) {
            outbox.append(List.of(event), (_, error) -> errors.add(error));
        }
        time.run(Duration.ZERO, store);
        assertEquals(
                List.of(FencedException.class, RefusedException.class),
                errors.stream().map(Object::getClass).toList());
        assertEquals(List.of(), logged);
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
