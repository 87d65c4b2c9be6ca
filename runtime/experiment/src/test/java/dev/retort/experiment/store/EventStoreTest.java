package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.state.RefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** What was acknowledged is there, what was refused is not, and damage is told. */
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
            RefusedException refused =
                    assertThrows(
                            RefusedException.class,
                            () -> lab.submit(Samples.experiment("e", "t", "x", 3).build()));
            assertEquals(
                    "the idempotency key \"experiment/e\" was used for another request, recorded"
                            + " as event 2",
                    refused.getMessage());
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
            store.beat(new Heartbeat("s", "h", "p", 1));
            store.beat(new Heartbeat("s", "h", "p", 2));
            store.beat(new Heartbeat("t", "h", "q", 1));
            assertEquals(
                    List.of(new Heartbeat("s", "h", "p", 2), new Heartbeat("t", "h", "q", 1)),
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
    void aStoreOfANewerVersionIsRefusedAndNotTouched() throws Exception {
        fill();
        sql("INSERT INTO schema_changes (ID, APPLIED_AT, DESCRIPTION) VALUES (99, 'x', 'y')");
        StoreVersionException refused =
                assertThrows(StoreVersionException.class, () -> EventStore.open(folder));
        assertEquals(
                "the store "
                        + file()
                        + " was written by a newer version of Retort: it has tables of version 99,"
                        + " and this version knows up to 1; nothing was changed",
                refused.getMessage());
    }

    @Test
    void anEventOfANewerVersionIsTold() throws Exception {
        fill();
        // Chained as a newer version would.
        String previous = text("SELECT hash FROM events WHERE seq = 19");
        String hash = EventCodec.hash(previous, 20, 20, 1, 2, "ada", null, "RunTeleported", "{}");
        sql(
                "INSERT INTO events VALUES (20, 20, 1, 2, 'ada', NULL, 'RunTeleported', '{}', '"
                        + hash
                        + "')");
        StoreVersionException refused =
                assertThrows(StoreVersionException.class, () -> EventStore.open(folder));
        assertEquals(
                "record 20 of the store "
                        + file()
                        + " is from a newer version of Retort: an event of the type RunTeleported"
                        + " is not known",
                refused.getMessage());
    }

    @Test
    void aChangedRecordBreaksTheChain() throws Exception {
        fill();
        sql("UPDATE events SET payload = replace(payload, '0.1', '0.9') WHERE seq = 18");
        assertEquals(
                "record 18 of the store "
                        + file()
                        + " does not match its hash: it was changed or torn; the 17 records"
                        + " before are intact",
                damage().getMessage());
    }

    @Test
    void aTornLastRecordIsTold() throws Exception {
        fill();
        sql("UPDATE events SET payload = substr(payload, 1, 20) WHERE seq = 19");
        assertTrue(
                String.valueOf(damage().getMessage()).contains("the 18 records before are intact"));
    }

    @Test
    void aMissingRecordIsTold() throws Exception {
        fill();
        sql("DELETE FROM events WHERE seq = 7");
        assertEquals(
                "record 8 of the store "
                        + file()
                        + " follows record 6, so that records between are missing: it was changed"
                        + " or torn; the 6 records before are intact",
                damage().getMessage());
    }

    @Test
    void damageWhileOpenIsToldAndNothingIsWrittenBehindIt() throws Exception {
        try (EventStore store = EventStore.open(folder)) {
            store.record(Batch.of("ada", EventSamples.ofAllKinds().getFirst()));
            sql("INSERT INTO events VALUES (2, 2, 1, 2, 'eve', NULL, 'RunPaused', '{}', 'x')");
            assertThrows(
                    StoreDamagedException.class,
                    () ->
                            store.record(
                                    Batch.of(
                                            "ada",
                                            HypothesisRegistered.of(Samples.hypothesis("z")))));
        }
        assertEquals("2", text("SELECT count(*) FROM events"));
    }

    /** A write-ahead log that was cut within its last commit, as after a loss of power. */
    @Test
    void aTornWriteAheadLogLosesOnlyWhatWasTorn() throws Exception {
        Path copy = folder.resolve("copy");
        Files.createDirectories(copy);
        long whole;
        long acknowledged;
        try (EventStore store = EventStore.open(folder)) {
            EventSamples.ofAllKinds().stream()
                    .limit(8)
                    .forEach(event -> store.record(Batch.of("ada", event)));
            whole = Files.size(folder.resolve("events.db-wal"));
            store.record(Batch.of("ada", EventSamples.ofAllKinds().get(8)));
            acknowledged = Files.size(folder.resolve("events.db-wal"));
            for (String name : List.of("events.db", "events.db-wal")) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
        }
        assertTrue(acknowledged > whole);
        try (var wal = FileChannel.open(copy.resolve("events.db-wal"), StandardOpenOption.WRITE)) {
            wal.truncate(whole + (acknowledged - whole) / 2);
        }
        try (EventStore store = EventStore.open(copy)) {
            assertEquals(8, store.events(0, 100).size());
            store.record(Batch.of("ada", EventSamples.ofAllKinds().get(8)));
        }
    }

    @Test
    void aFullDiskIsToldAndLosesNothing() throws Exception {
        fill();
        String url = "jdbc:sqlite:" + file() + "?max_page_count=30";
        List<String> acknowledged = new ArrayList<>();
        StoreException full = null;
        try (EventStore store = EventStore.open(url)) {
            for (int i = 0; full == null && i < 10_000; i++) {
                String id = "n" + i;
                try {
                    all(store, id);
                    acknowledged.add(id);
                } catch (StoreException e) {
                    full = e;
                }
            }
            assertEquals(
                    "the store " + file() + " cannot be written: the disk is full",
                    String.valueOf(full == null ? null : full.getMessage()));
            // What can be read can still be read.
            assertEquals(19 + acknowledged.size(), store.events(0, 20_000).size());
        }
        assertFalse(acknowledged.isEmpty());
        // With room again it goes on where it was.
        try (EventStore store = EventStore.open(folder)) {
            for (String id : acknowledged) {
                assertTrue(store.read(state -> state.hypothesis(id)).isPresent(), id);
            }
            int known = store.read(state -> state.hypotheses().size());
            assertEquals(acknowledged.size() + 1, known);
            all(store, "after");
        }
    }

    @Test
    void aFileThatIsNoStoreIsTold() throws Exception {
        Files.writeString(
                file(), "This is a letter and no database, and long enough to tell.\n".repeat(50));
        StoreException refused = assertThrows(StoreException.class, () -> EventStore.open(folder));
        assertEquals(
                "the store "
                        + file()
                        + " cannot be opened: the file is damaged or is no SQLite database",
                refused.getMessage());
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

    /** Ends the writer at each place between two writes, and looks at what is there. */
    @Test
    void atEveryWriteBoundaryWhatWasAcknowledgedIsThere() {
        int places = places();
        assertTrue(places > 40, "only " + places + " places");
        for (int crashAt = 1; crashAt <= places; crashAt++) {
            Path own = folder.resolve("crash-" + crashAt);
            List<Event> acknowledged = new ArrayList<>();
            Crash crash = new Crash(crashAt);
            EventStore store = open(own, crash);
            try {
                for (Event event : EventSamples.ofAllKinds()) {
                    store.record(Batch.of("ada", event));
                    acknowledged.add(event);
                }
            } catch (StoreException e) {
                assertInstanceOf(SimulatedKill.class, e.getCause());
            }
            int done = acknowledged.size();
            try (EventStore next = EventStore.open(own)) {
                List<Event> found = next.events(0, 100).stream().map(RecordedEvent::event).toList();
                // What was in flight may be there as well, as a whole.
                assertTrue(found.size() == done || found.size() == done + 1, "crash " + crashAt);
                assertEquals(acknowledged, found.subList(0, done));
                for (Event event : EventSamples.ofAllKinds().subList(found.size(), 19)) {
                    next.record(Batch.of("ada", event));
                }
            }
        }
    }

    private int places() {
        Crash counting = new Crash(Integer.MAX_VALUE);
        try (EventStore store = open(folder.resolve("count"), counting)) {
            EventSamples.ofAllKinds().forEach(event -> store.record(Batch.of("ada", event)));
        }
        return counting.reached;
    }

    private static EventStore open(Path own, WriteBoundary places) {
        try {
            Files.createDirectories(own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return EventStore.open(
                "jdbc:sqlite:" + own.resolve("events.db"),
                InstantSource.system(),
                System::nanoTime,
                places);
    }

    private static final class Crash implements WriteBoundary {
        private final int at;
        private int reached;

        Crash(int at) {
            this.at = at;
        }

        @Override
        public void reached(String place) {
            if (++reached == at) {
                throw new SimulatedKill(place);
            }
        }
    }

    private static final class SimulatedKill extends Error {
        private static final long serialVersionUID = 1L;

        SimulatedKill(String place) {
            super(place);
        }
    }

    private Path file() {
        return folder.resolve("events.db");
    }

    private void fill() {
        try (EventStore store = EventStore.open(folder)) {
            EventSamples.ofAllKinds().forEach(event -> store.record(Batch.of("ada", event)));
        }
    }

    private StoreDamagedException damage() {
        return assertThrows(StoreDamagedException.class, () -> EventStore.open(folder));
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement sql = connection.createStatement();
                var rows = sql.executeQuery(query)) {
            return rows.getString(1);
        }
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
