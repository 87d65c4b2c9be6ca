package dev.retort.examples.lab;

import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where experiments are kept, as a user says it: a folder, a file of it, or a JDBC address. */
public final class StoreLocation {
    private StoreLocation() {}

    /**
     * Opens a store.
     *
     * @param store the folder, its SQLite file, {@code jdbc:sqlite:FILE} or {@code
     *     jdbc:postgresql://HOST/DATABASE}
     * @param create whether a store that is missing is made
     * @return the store, to be closed by the caller
     * @throws IOException if no experiments are kept there and none shall be
     */
    public static EventStore open(String store, boolean create) throws IOException {
        if (store.startsWith("jdbc:")) {
            if (!create && !EventStore.isThere(store)) {
                throw none(EventStore.shown(store), "a database");
            }
            return EventStore.open(store);
        }
        if (Files.isRegularFile(Path.of(store))) {
            return EventStore.open("jdbc:sqlite:" + store);
        }
        if (!create && Files.notExists(Path.of(store, "events.db"))) {
            throw none(store, "a folder");
        }
        return EventStore.open(Path.of(store));
    }

    private static IOException none(String where, String expected) {
        return new IOException(
                "no experiments are kept in "
                        + where
                        + ": expected "
                        + expected
                        + " that \"retort lab submit\" made");
    }

    /** The store as a message may name it: without user, password and options. */
    static String shown(String store) {
        return store.startsWith("jdbc:") ? EventStore.shown(store) : store;
    }

    /**
     * The folder of checkpoints and metrics if no other is given: that of the store, or else {@code
     * lab}.
     */
    static Path folder(String store) {
        if (store.startsWith("jdbc:")) {
            return Path.of("lab");
        }
        Path path = Path.of(store);
        return Files.isRegularFile(path)
                ? Objects.requireNonNull(path.toAbsolutePath().getParent())
                : path;
    }
}
