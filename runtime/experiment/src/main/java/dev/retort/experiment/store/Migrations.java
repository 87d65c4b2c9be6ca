package dev.retort.experiment.store;

import dev.retort.efficiency.FullDisk;

import org.apache.ibatis.migration.Change;
import org.apache.ibatis.migration.ConnectionProvider;
import org.apache.ibatis.migration.MigrationException;
import org.apache.ibatis.migration.MigrationLoader;
import org.apache.ibatis.migration.operations.StatusOperation;
import org.apache.ibatis.migration.operations.UpOperation;
import org.apache.ibatis.migration.options.DatabaseOperationOption;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings the tables of a store to what this version needs. Each script can be run again, since a
 * process may be killed between a script and the note that it was run.
 */
final class Migrations {
    /** The scripts, in order; what was published is never changed. */
    private static final List<String> SCRIPTS =
            List.of(
                    "1_create_event_log.sql",
                    "2_find_batches.sql",
                    "3_time_signs_of_life.sql",
                    "4_measure_signs_of_life.sql");

    private final ConnectionProvider connections;
    private final String store;
    private final Dialect dialect;
    private final DatabaseOperationOption options = new DatabaseOperationOption();
    private final PrintStream silence =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    private Migrations(String url, Dialect dialect) {
        this.connections = () -> dialect.connect(url);
        this.store = SqlLog.shown(url);
        this.dialect = dialect;
        options.setChangelogTable("schema_changes");
        options.setStopOnError(true);
        // A warning that a table exists is what a script that is run again expects.
        options.setThrowWarning(false);
    }

    /**
     * Brings the tables of a store to what this version needs, or checks that they are so where
     * they may not be written. Others who do so wait.
     *
     * @throws StoreVersionException if scripts were run that this version does not know
     * @throws StoreException if it cannot be done
     */
    static void run(String url, Dialect dialect) throws SQLException {
        Migrations migrations = new Migrations(url, dialect);
        switch (dialect) {
            case SQLITE -> {
                String file = SqlLog.shown(url);
                if (ReadOnlyFile.isMeantBy(url)) {
                    // Says what is wrong with a file that is no database before anything else does.
                    dialect.connect(url).close();
                    migrations.check();
                    return;
                }
                try (FileChannel channel =
                                FileChannel.open(
                                        Path.of(file + ".lock"),
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.WRITE);
                        var _ = lock(channel)) {
                    dialect.connect(url).close();
                    migrations.run();
                } catch (IOException e) {
                    throw new StoreException(
                            "the store "
                                    + file
                                    + " cannot be opened: "
                                    + (FullDisk.isMeantBy(e)
                                            ? Dialect.FULL
                                            : "expected a file in an existing folder that this"
                                                    + " user may write"),
                            e);
                }
            }
            case POSTGRESQL -> {
                try (Connection holder = dialect.connect(url)) {
                    Dialect.execute(holder, "SELECT pg_advisory_lock(" + Dialect.LOCK + ")");
                    migrations.run();
                }
            }
        }
    }

    /** Of this process one thread at a time, which file locks alone do not give. */
    private static FileLock lock(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException _) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Runs the scripts that were not run yet. The caller holds a lock against others who do so. */
    private void run() {
        try {
            if (pending() > 0) {
                new UpOperation().operate(connections, new Scripts(), options, silence);
            }
        } catch (MigrationException e) {
            throw new StoreException(
                    "the tables of the store " + store + " cannot be made: " + rootMessage(e), e);
        }
    }

    /** Checks the tables of a store that cannot be written. */
    private void check() {
        try {
            int pending = pending();
            if (pending == SCRIPTS.size()) {
                throw new StoreException(
                        "there is no store in "
                                + store
                                + ", and this user may not write it to make one");
            }
            if (pending > 0) {
                throw new StoreException(
                        "the tables of the store "
                                + store
                                + " are of an older version of Retort and may not be written:"
                                + " expected a copy in a folder that this user may write");
            }
        } catch (MigrationException e) {
            throw new StoreException(
                    "the tables of the store " + store + " cannot be read: " + rootMessage(e), e);
        }
    }

    /** How many scripts were not run yet. */
    private int pending() {
        StatusOperation status = new StatusOperation();
        status.operate(connections, new Scripts(), options, silence);
        int newest =
                status.getCurrentStatus().stream()
                        .mapToInt(change -> change.getId().intValue())
                        .max()
                        .orElse(0);
        if (status.getMissingCount() > 0 || newest > SCRIPTS.size()) {
            throw new StoreVersionException(
                    "the store "
                            + store
                            + " was written by a newer version of Retort: it has tables of version "
                            + newest
                            + ", and this version knows up to "
                            + SCRIPTS.size()
                            + "; nothing was changed");
        }
        return status.getPendingCount();
    }

    private @Nullable String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof SQLException sql ? dialect.explain(sql) : root.getMessage();
    }

    private static final class Scripts implements MigrationLoader {
        @Override
        public List<Change> getMigrations() {
            List<Change> changes = new ArrayList<>();
            for (String script : SCRIPTS) {
                int underscore = script.indexOf('_');
                Change change = new Change(new BigDecimal(script.substring(0, underscore)));
                change.setDescription(
                        script.substring(underscore + 1, script.indexOf('.')).replace('_', ' '));
                change.setFilename(script);
                changes.add(change);
            }
            return changes;
        }

        @Override
        public Reader getScriptReader(Change change, boolean undo) {
            if (undo) {
                throw new IllegalStateException("a store never goes back to older tables");
            }
            String name = SCRIPTS.get(change.getId().intValueExact() - 1);
            try (InputStream in =
                    Objects.requireNonNull(Migrations.class.getResourceAsStream(name), name)) {
                return new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public @Nullable Reader getBootstrapReader() {
            return null;
        }

        @Override
        public @Nullable Reader getOnAbortReader() {
            return null;
        }
    }
}
