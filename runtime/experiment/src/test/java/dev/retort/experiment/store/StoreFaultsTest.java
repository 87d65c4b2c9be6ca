package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.EventSamples;
import dev.retort.experiment.event.RecordedEvent;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What is damaged, torn, full or from a newer version is told, and nothing acknowledged is lost.
 */
final class StoreFaultsTest {
    private static final int ALL = EventSamples.ofAllKinds().size();

    @TempDir private Path folder;

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
                        + " and this version knows up to 4; nothing was changed",
                refused.getMessage());
    }

    @Test
    void aStoreOfAnOlderVersionGetsWhatIsMissing() throws Exception {
        fill();
        sql("DROP INDEX events_batch");
        sql("DROP TABLE signs_of_life");
        sql("DROP TABLE scheduler_signs");
        sql("DELETE FROM schema_changes WHERE id >= 2");
        EventStore.open(folder).close();
        assertEquals("4", text("SELECT count(*) FROM schema_changes"));
        // A batch is found without reading the log.
        assertEquals(
                "SEARCH events USING INDEX events_batch (batch=?)",
                plan("SELECT * FROM events WHERE batch = 5"));
    }

    @Test
    void anEventOfANewerVersionIsTold() throws Exception {
        fill();
        // Chained as a newer version would.
        String previous = text("SELECT hash FROM events WHERE seq = " + ALL);
        long next = ALL + 1L;
        String hash =
                EventCodec.hash(previous, next, next, 1, 2, "ada", null, "RunTeleported", "{}");
        sql(
                "INSERT INTO events VALUES (%1$d, %1$d, 1, 2, 'ada', NULL, 'RunTeleported', '{}', '"
                                .formatted(next)
                        + hash
                        + "')");
        StoreVersionException refused =
                assertThrows(StoreVersionException.class, () -> EventStore.open(folder));
        assertEquals(
                "record "
                        + next
                        + " of the store "
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
            assertEquals(ALL + acknowledged.size(), store.events(0, 20_000).size());
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgres://h/db?user=u&password=secret",
                "jdbc:postgres://u:secret@h/db",
                "jdbc:postgresql://h:no-port/db?user=u&password=secret",
                "jdbc:postgresql://u:secret@h:no-port/db"
            })
    void noPasswordIsRepeated(String url) {
        StoreException refused = assertThrows(StoreException.class, () -> EventStore.open(url));
        String said = String.valueOf(refused.getMessage());
        assertFalse(said.contains("secret"), said);
        assertTrue(said.contains("/db"), said);
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

    /** Ends the writer at each place between two writes, and looks at what is there. */
    @Test
    @Tag("slow")
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
            } catch (IllegalStateException e) {
                // Ended after it had acknowledged the last one.
                assertEquals("the store is closed", e.getMessage());
            }
            int done = acknowledged.size();
            try (EventStore next = EventStore.open(own)) {
                List<Event> found = next.events(0, 100).stream().map(RecordedEvent::event).toList();
                // What was in flight may be there as well, as a whole.
                assertTrue(found.size() == done || found.size() == done + 1, "crash " + crashAt);
                assertEquals(acknowledged, found.subList(0, done));
                for (Event event : EventSamples.ofAllKinds().subList(found.size(), ALL)) {
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
            super(place, null, false, false);
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

    private String plan(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement sql = connection.createStatement();
                var rows = sql.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            return rows.getString("detail");
        }
    }

    private static void all(EventStore store, String id) {
        store.record(Batch.of("ada", HypothesisRegistered.of(Samples.hypothesis(id))));
    }
}
