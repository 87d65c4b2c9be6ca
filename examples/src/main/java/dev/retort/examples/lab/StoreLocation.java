package dev.retort.examples.lab;

import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where experiments are kept, as a user says it: a folder, a file of it, or a JDBC address. */
public final class StoreLocation {
    private StoreLocation() {}

    /**
     * Opens a store.
     *
     * @param store the folder, or {@code jdbc:sqlite:FILE} or {@code
     *     jdbc:postgresql://HOST/DATABASE}
     * @param create whether a folder that is missing is made
     * @return the store, to be closed by the caller
     * @throws IOException if no experiments are kept there and none shall be
     */
    public static EventStore open(String store, boolean create) throws IOException {
        if (store.startsWith("jdbc:")) {
            return EventStore.open(store);
        }
        if (!create
                && !Files.isRegularFile(Path.of(store))
                && Files.notExists(Path.of(store, "events.db"))) {
            throw new IOException(
                    "no experiments are kept in "
                            + store
                            + ": expected a folder that \"retort lab submit\" made");
        }
        return EventStore.open(Path.of(store));
    }
}
