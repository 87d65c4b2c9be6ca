package dev.retort.experiment.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.EventSamples;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** Archives that may be read and not written. */
final class ReadOnlyStoreTest {
    private static final int ALL = EventSamples.ofAllKinds().size();

    @TempDir private Path folder;

    /** Its name is not one that an address can have as it is. */
    private Path archive;

    private boolean mounted;

    @BeforeEach
    void fill() throws IOException {
        archive = Files.createDirectory(folder.resolve("an archive of 100%"));
        try (EventStore store = EventStore.open(archive)) {
            EventSamples.ofAllKinds().forEach(event -> store.record(Batch.of("ada", event)));
        }
    }

    @AfterEach
    void release() throws Exception {
        if (mounted) {
            assertEquals(0, run("umount", "-l", archive.toString()));
        }
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path file() {
        return archive.resolve("events.db");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** By its permissions, or for a user who may do everything by a mount; else passed over. */
    private void lock() throws Exception {
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("r-xr-xr-x"));
        if (Files.isWritable(archive)) {
            mounted = run("mount", "--bind", archive.toString(), archive.toString()) == 0;
            assumeTrue(
                    mounted && run("mount", "-o", "remount,ro,bind", archive.toString()) == 0,
                    "this process may not mount a folder to be read");
        }
    }

    @Test
    void anArchiveIsReadAndNotWritten() throws Exception {
        lock();
        try (EventStore store = EventStore.open(archive)) {
            assertEquals(ALL, store.events(0, 1000).size());
            assertTrue(store.read(state -> state.experiments().size()) > 0);
            assertEquals(List.of(), store.heartbeats());
            store.refresh();
            Event other = Event.HypothesisRegistered.of(Samples.hypothesis("other"));
            StoreException refused =
                    assertThrows(StoreException.class, () -> store.record(Batch.of("ada", other)));
            assertEquals(
                    "the store "
                            + file()
                            + " cannot be written: it may not be written by this user",
                    refused.getMessage());
        }
        assertEquals(List.of("events.db", "events.db.lock"), names());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(archive)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theConnectionToAnArchiveOnlyReads() throws SQLException {
        try (Connection connection = ReadOnlyFile.connect("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM events")) {
                assertTrue(rows.next());
                assertEquals(ALL, rows.getInt(1));
            }
            assertThrows(SQLException.class, () -> statement.execute("DELETE FROM events"));
        }
    }

    /** What is in it, or comes to be in it meanwhile, would be missing. */
    @ParameterizedTest
    @ValueSource(strings = {"some", ""})
    void anArchiveWithAWriteAheadLogIsRefused(String log) throws IOException {
        Files.writeString(archive.resolve("events.db-wal"), log);
        StoreException refused =
                assertThrows(
                        StoreException.class, () -> ReadOnlyFile.connect("jdbc:sqlite:" + file()));
        assertEquals(
                "the store "
                        + file()
                        + " cannot be read where it may not be written: it is in use or was not closed"
                        + " properly, since events.db-wal is beside it; expected a copy of both files"
                        + " in a folder that this user may write",
                refused.getMessage());
    }

    @Test
    void anArchiveWithoutTablesIsNoStore() throws Exception {
        Files.write(file(), new byte[0]);
        lock();
        StoreException refused =
                assertThrows(StoreException.class, () -> EventStore.open(archive).close());
        assertEquals(
                "there is no store in " + file() + ", and this user may not write it to make one",
                refused.getMessage());
    }

    /** Even reading needs a little room for the index of the log. */
    @Test
    void noRoomForTheIndexOfTheLogIsAFullDisk() {
        assertEquals(
                "the disk is full",
                Dialect.SQLITE.explain(
                        new SQLiteException("xShmMap", SQLiteErrorCode.SQLITE_IOERR_SHMSIZE)));
    }
}
