package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A run that the log shows at work, and nobody works on: whoever looks is told. */
class LostSchedulerTest extends LabFiles {
    private static final String GONE = "its scheduler is gone; the next \"lab run\" takes it over";

    /** How long after its admission its scheduler gave its last sign of life. */
    private static final Duration HELD = Duration.ofSeconds(90);

    @BeforeEach
    void begin() throws Exception {
        assertEquals(0, submit());
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            begin(store, "e/a/1", "killed");
            begin(store, "e/b/1", "away");
            long last =
                    store.read(state -> state.run("e/a/1").orElseThrow())
                                    .openAttempt()
                                    .orElseThrow()
                                    .admittedNanos()
                            + HELD.toNanos();
            store.beat(new Heartbeat("killed", host(store), "1@none", 7, now(), last));
            store.beat(new Heartbeat("away", "elsewhere", "1@none", 7, now(), last));
        }
    }

    private static void begin(EventStore store, String run, String scheduler) {
        RunAdmitted admitted = new RunAdmitted(run, 1, scheduler, "h", List.of());
        long token = store.record(Batch.of(scheduler, admitted)).lastSeq();
        store.record(Batch.of(scheduler, new AttemptStarted(run, token, 1L)));
    }

    private static long now() {
        return Instant.now().toEpochMilli();
    }

    /** The name of this machine, as schedulers give it. */
    private String host(EventStore store) {
        SchedulerOptions idle =
                SchedulerOptions.standard(folder.resolve("store"), Capacity.of(1, 0))
                        .takingOnly(_ -> false);
        try (Scheduler scheduler = Scheduler.start(store, idle)) {
            return store.heartbeats().stream()
                    .filter(beat -> beat.scheduler().equals(scheduler.id()))
                    .map(Heartbeat::host)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private String lineOf(String run) {
        return out.toString()
                .lines()
                .filter(line -> line.startsWith(run))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void runsAreListedWithIt() throws Exception {
        assertEquals(0, lab("list"));
        assertTrue(lineOf("e/a/1").contains("running, its scheduler is gone"), out::toString);
        assertFalse(lineOf("e/b/1").contains("gone"), out::toString);
        assertEquals(0, lab("list", "--json"));
        JsonNode killed = json().get(0);
        assertEquals("RUNNING", killed.get("state").textValue());
        assertEquals("on h", killed.get("reason").textValue());
        assertEquals(GONE, killed.get("lost").textValue());
        assertFalse(json().get(1).has("lost"));
    }

    @Test
    void runsAreWatchedWithIt() {
        assertEquals(0, lab("watch", "--once"));
        assertTrue(lineOf("e/a/1").endsWith(GONE), out::toString);
        assertTrue(lineOf("e/b/1").endsWith("on h"), out::toString);
        List<String> lines = out.toString().lines().toList();
        assertEquals("retort lab watch  " + folder.resolve("store"), lines.get(0));
        assertEquals("1 running, 1 run whose scheduler is gone", lines.get(1));
    }

    @Test
    void thePageSaysSo() throws Exception {
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString()));
        assertEquals(1, Files.readString(page).split("its scheduler is gone", -1).length - 1);
    }

    @Test
    void whyNamesItWithTheTimes() throws Exception {
        assertEquals(0, lab("why", "e/a/1"));
        JsonNode said = json();
        assertEquals(GONE, said.get("lost").textValue());
        Instant queued = Instant.parse(said.get("queued").textValue());
        Instant started = Instant.parse(said.get("started").textValue());
        assertFalse(started.isBefore(queued), out::toString);
        assertFalse(said.has("ended"));
        assertEquals((double) HELD.toSeconds(), said.get("deviceSeconds").doubleValue());
        assertEquals(
                "1 on h from " + started + ": " + GONE, said.get("attempts").get(0).textValue());
        assertEquals(0, lab("why", "e/b/1"));
        assertTrue(json().get("attempts").get(0).textValue().endsWith(": at work"));
    }

    @Test
    void whoActsOnItIsTold() throws Exception {
        assertEquals(0, lab("cancel", "e/a/1", "--reason", "enough"));
        assertEquals("CANCEL: enough", json().get("asked").textValue());
        assertEquals(GONE, json().get("lost").textValue());
    }
}
