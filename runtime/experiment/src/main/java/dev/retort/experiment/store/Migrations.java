package dev.retort.experiment.store;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    private final DatabaseOperationOption options = new DatabaseOperationOption();
    private final PrintStream silence =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    Migrations(ConnectionProvider connections, String store) {
        this.connections = connections;
        this.store = store;
        options.setChangelogTable("schema_changes");
        options.setStopOnError(true);
        // A warning that a table exists is what a script that is run again expects.
        options.setThrowWarning(false);
    }

    /**
     * Runs the scripts that were not run yet. The caller holds a lock against others who do so.
     *
     * @throws StoreVersionException if scripts were run that this version does not know
     */
    void run() {
        try {
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
                                + " was written by a newer version of Retort: it has tables of"
                                + " version "
                                + newest
                                + ", and this version knows up to "
                                + SCRIPTS.size()
                                + "; nothing was changed");
            }
            if (status.getPendingCount() > 0) {
                new UpOperation().operate(connections, new Scripts(), options, silence);
            }
        } catch (MigrationException e) {
            throw new StoreException(
                    "the tables of the store " + store + " cannot be made: " + rootMessage(e), e);
        }
    }

    private static @Nullable String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
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
