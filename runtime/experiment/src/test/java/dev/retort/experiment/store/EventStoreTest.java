package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.verdict.GroupSequential;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What was acknowledged is there, and what was refused is not. */
final class EventStoreTest {
    @TempDir private Path folder;

    @Test
    void whatWasRecordedIsThereAfterOpeningAgain() {
        List<RecordedEvent> written;
        try (EventStore store = EventStore.open(folder)) {
            for (Event event : EventSamples.ofAllKinds()) {
                store.record(Batch.of("ada", event));
            }
            written = store.events(0, 100);
        }
        try (EventStore store = EventStore.open(folder)) {
            assertEquals(written, store.events(0, 100));
            assertEquals(
                    EventSamples.ofAllKinds(), written.stream().map(RecordedEvent::event).toList());
            assertEquals(written.subList(5, 7), store.events(5, 2));
            assertEquals(List.of(), store.events(100, 2));
            RunState state = store.read(s -> s.run(EventSamples.RUN).orElseThrow().state());
            assertEquals(RunState.SUCCEEDED, state);
        }
    }

    @Test
    void aBatchIsRecordedAsAWholeOrNotAtAll() {
        try (EventStore store = EventStore.open(folder)) {
            Event good = HypothesisRegistered.of(Samples.hypothesis("g"));
            Event bad = new Event.RunPaused("no/such/1", "r");
            RefusedException refused =
                    assertThrows(
                            RefusedException.class, () -> store.record(Batch.of("ada", good, bad)));
            assertEquals("run no/such/1 does not exist", refused.getMessage());
            assertEquals(List.of(), store.events(0, 10));
            assertTrue(store.read(state -> state.hypothesis("g")).isEmpty());
            assertEquals(new Receipt(1, 1, false), store.record(Batch.of("ada", good)));
        }
    }

    @Test
    void aKeyIsUsedOnceAndAskedForAsOftenAsOneLikes() {
        Experiment experiment = Samples.experiment("e", "t", "x", 1, 2).build();
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "ada");
            lab.register(Samples.hypothesis("h"));
            assertEquals(new Receipt(2, 6, false), lab.submit(experiment));
        }
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "ada");
            assertEquals(new Receipt(2, 6, true), lab.submit(experiment));
            assertEquals(6, store.events(0, 100).size());
            Event other = HypothesisRegistered.of(Samples.hypothesis("other"));
            RefusedException refused =
                    assertThrows(
                            RefusedException.class,
                            () -> store.record(new Batch("ada", "experiment/e", List.of(other))));
            assertEquals(
                    "the idempotency key \"experiment/e\" was used for another request, recorded"
                            + " as event 2",
                    refused.getMessage());
            RefusedException changed =
                    assertThrows(
                            RefusedException.class,
                            () -> lab.submit(Samples.experiment("e", "t", "x", 3).build()));
            assertEquals(
                    "experiment e was submitted with another content: expected the same, or another"
                            + " id; seeds was [1,2] and is [3]",
                    changed.getMessage());
            RefusedException again =
                    assertThrows(
                            RefusedException.class,
                            () ->
                                    lab.register(
                                            Samples.hypothesis("h")
                                                    .decidedBy(
                                                            new AnalysisPlan(
                                                                    "a",
                                                                    "b",
                                                                    GroupSequential.usual()))));
            assertEquals(
                    "hypothesis h is registered already: what was registered cannot be changed,"
                            + " register another under a new name",
                    again.getMessage());
        }
    }

    @Test
    void aListenerThatFailsHarmsNobody() {
        List<RecordedEvent> heard = new CopyOnWriteArrayList<>();
        try (EventStore store = EventStore.open(folder)) {
            store.addListener(
                    _ -> {
                        throw new IllegalStateException("a listener of this test fails");
                    });
            store.addListener(heard::addAll);
            all(store, "g");
            all(store, "h");
            assertEquals(store.events(0, 10), heard);
        }
    }

    @Test
    void aListenerThatWaitsForTheStoreIsTold() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (EventStore store = EventStore.open(folder)) {
            store.addListener(
                    _ ->
                            told.add(
                                    String.valueOf(
                                            assertThrows(
                                                            IllegalStateException.class,
                                                            store::refresh)
                                                    .getMessage())));
            all(store, "h");
        }
        assertEquals(
                List.of(
                        "a listener or what follows a write waits for the store: it would wait for"
                                + " itself"),
                told);
    }

    @Test
    void aBatchThatBreaksDoesNotFailThoseThatWaitWithIt() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        AtomicLong ticks = new AtomicLong();
        WriteBoundary places =
                place -> {
                    if (place.equals("before begin")) {
                        try {
                            queued.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                };
        LongSupplier ticker =
                () -> {
                    if (ticks.incrementAndGet() == 3) {
                        throw new ArithmeticException("a clock of this test fails");
                    }
                    return ticks.get();
                };
        String url = "jdbc:sqlite:" + folder.resolve("events.db");
        try (EventStore store = EventStore.open(url, InstantSource.system(), ticker, places)) {
            List<CompletableFuture<Receipt>> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                all.add(
                        store.append(
                                Batch.of(
                                        "ada",
                                        HypothesisRegistered.of(Samples.hypothesis("h" + i)))));
            }
            queued.countDown();
            assertEquals(new Receipt(2, 2, false), all.get(1).join());
            CompletionException broken =
                    assertThrows(CompletionException.class, () -> all.get(2).join());
            assertInstanceOf(ArithmeticException.class, broken.getCause());
            assertEquals(new Receipt(3, 3, false), all.get(3).join());
            assertEquals(new Receipt(4, 4, false), all.get(4).join());
        }
    }

    /** Whoever asks while it closes gets an answer, or is told. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nobodyWaitsForAStoreThatIsClosed() throws Exception {
        for (int round = 0; round < 20; round++) {
            EventStore store = EventStore.open(folder.resolve("s" + round));
            CountDownLatch begun = new CountDownLatch(3);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    begun.countDown();
                                    assertThrows(
                                            IllegalStateException.class,
                                            () -> {
                                                while (true) {
                                                    store.refresh();
                                                }
                                            });
                                },
                                Thread::startVirtualThread));
            }
            begun.await();
            store.close();
            all.forEach(CompletableFuture::join);
        }
    }

    @Test
    void writersAtOnceAreAllRecordedOnceInOneChain() {
        int writers = 8;
        int each = 200;
        List<RecordedEvent> heard = new CopyOnWriteArrayList<>();
        try (EventStore store = EventStore.open(folder)) {
            store.addListener(heard::addAll);
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    for (int i = 0; i < each; i++) {
                                        String id = "h" + writer + "-" + i;
                                        all(store, Samples.hypothesis(id).id());
                                    }
                                }));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        }
        try (EventStore store = EventStore.open(folder)) {
            List<RecordedEvent> events = store.events(0, 10_000);
            assertEquals(writers * each, events.size());
            assertEquals(events, heard);
            int known = store.read(state -> state.hypotheses().size());
            assertEquals(writers * each, known);
        }
    }

    private static void all(EventStore store, String id) {
        store.record(Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis(id))));
    }

    @Test
    void twoProcessesSeeWhatTheOtherWroteBeforeTheyWrite() {
        try (EventStore first = EventStore.open(folder);
                EventStore second = EventStore.open(folder)) {
            new Lab(first, "ada").submit(Samples.experiment("e", "t", "x", 1).build());
            Event admitted = new RunAdmitted("e/a/1", 1, "second", "h", List.of());
            Receipt receipt = second.record(Batch.of("second", admitted));
            assertEquals(4, receipt.firstSeq());
            Event again = new RunAdmitted("e/a/1", 1, "first", "h", List.of());
            RefusedException refused =
                    assertThrows(
                            RefusedException.class, () -> first.record(Batch.of("first", again)));
            assertEquals(
                    "run e/a/1 is ADMITTED and cannot be admitted: expected QUEUED",
                    refused.getMessage());
            assertEquals(first.events(0, 9), second.events(0, 9));
        }
    }

    @Test
    void heartbeatsCount() {
        try (EventStore store = EventStore.open(folder)) {
            store.beat(new Heartbeat("s", "h", "p", 1, 5, 0));
            store.beat(new Heartbeat("s", "h", "p", 2, 5, 77));
            store.beat(new Heartbeat("t", "h", "q", 1, 5, 0));
            assertEquals(
                    List.of(
                            new Heartbeat("s", "h", "p", 2, 5, 77),
                            new Heartbeat("t", "h", "q", 1, 5, 0)),
                    store.heartbeats());
        }
    }

    @Test
    void aClockThatJumpsChangesNothingButTheTimesShown() {
        AtomicLong millis = new AtomicLong(1_000_000);
        InstantSource clock = () -> Instant.ofEpochMilli(millis.getAndAdd(-70_000));
        String url = "jdbc:sqlite:" + folder.resolve("events.db");
        try (EventStore store = EventStore.open(url, clock, System::nanoTime)) {
            EventSamples.ofAllKinds().forEach(event -> store.record(Batch.of("ada", event)));
        }
        try (EventStore store = EventStore.open(url)) {
            assertEquals(EventSamples.ofAllKinds().size(), store.events(0, 100).size());
            assertTrue(store.read(s -> s.deviceHoursOfExperiment("e")) > 0);
        }
    }

    @Test
    void aUrlOfAnUnknownDatabaseIsTold() {
        StoreException refused =
                assertThrows(StoreException.class, () -> EventStore.open("jdbc:oracle:thin:x"));
        assertEquals(
                "the store is \"jdbc:oracle:thin:x\": expected a folder, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE",
                refused.getMessage());
    }

    @Test
    void aMissingFolderIsTold() {
        StoreException refused =
                assertThrows(
                        StoreException.class,
                        () -> EventStore.open("jdbc:sqlite:" + folder.resolve("no/such.db")));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .endsWith("expected a file in an existing folder that this user may write"),
                refused.getMessage());
    }

    @Test
    void aClosedStoreSaysSo() {
        EventStore store = EventStore.open(folder);
        store.close();
        store.close();
        assertThrows(IllegalStateException.class, () -> all(store, "h"));
    }

    @Test
    void failuresOfFuturesKeepTheirType() {
        try (EventStore store = EventStore.open(folder)) {
            CompletionException thrown =
                    assertThrows(
                            CompletionException.class,
                            () ->
                                    store.append(Batch.of("ada", new Event.RunPaused("x", "r")))
                                            .join());
            assertInstanceOf(RefusedException.class, thrown.getCause());
        }
    }
}
