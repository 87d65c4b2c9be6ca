package dev.retort.experiment.store;

import dev.retort.experiment.event.EventCodec;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.event.UnknownEventException;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The tables of a store, over one connection. Used by one thread at a time. */
final class SqlLog implements AutoCloseable {
    private static final String INSERT =
            "INSERT INTO events (seq, batch, wall_ms, mono_ns, actor, idempotency_key, type,"
                    + " payload, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SELECT =
            "SELECT seq, batch, wall_ms, mono_ns, actor, idempotency_key, type, payload, hash"
                    + " FROM events ";
    private static final String BEAT =
            "INSERT INTO scheduler_signs (scheduler, host, process, beat, wall_ms, mono_ns)"
                    + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (scheduler) DO UPDATE"
                    + " SET beat = excluded.beat, wall_ms = excluded.wall_ms,"
                    + " mono_ns = excluded.mono_ns";

    /** SQLite's driver keeps room for the largest batch, and clears all of it after each. */
    private static final int ROWS = 256;

    private static final Pattern USER_AND_PASSWORD = Pattern.compile("//[^/?]*@");

    private final String url;
    private final Dialect dialect;
    private Connection connection;
    private PreparedStatement insert;
    private PreparedStatement after;
    private PreparedStatement byKey;
    private boolean inTransaction;

    private SqlLog(String url, Dialect dialect) throws SQLException {
        this.url = url;
        this.dialect = dialect;
        connection = dialect.connect(url);
        try {
            insert = connection.prepareStatement(INSERT);
            after = connection.prepareStatement(SELECT + "WHERE seq > ? ORDER BY seq LIMIT ?");
            byKey =
                    connection.prepareStatement(
                            SELECT
                                    + "WHERE batch = (SELECT batch FROM events WHERE"
                                    + " idempotency_key = ?) ORDER BY seq");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Opens a store and makes its tables where they are missing. A file that this user may not
     * write is opened to be read.
     *
     * @throws StoreException if that cannot be done
     */
    static SqlLog open(String url) {
        Dialect dialect = Dialect.of(url);
        try {
            Migrations.run(url, dialect);
            return new SqlLog(url, dialect);
        } catch (SQLException e) {
            throw failure("the store " + shown(url) + " cannot be opened", url, dialect, e);
        }
    }

    /**
     * Whether a store was made there before. Nothing is made or changed.
     *
     * @throws StoreException if that cannot be found out
     */
    static boolean isThere(String url) {
        Dialect dialect = Dialect.of(url);
        try {
            return dialect.isThere(url);
        } catch (SQLException e) {
            throw failure("the store " + shown(url) + " cannot be opened", url, dialect, e);
        }
    }

    /** A URL as a message may show it: the file, or without user and password. */
    static String shown(String url) {
        String text =
                url.startsWith("jdbc:sqlite:")
                        ? url.substring("jdbc:sqlite:".length())
                        : USER_AND_PASSWORD.matcher(url).replaceFirst("//");
        int question = text.indexOf('?');
        return question < 0 ? text : text.substring(0, question);
    }

    String shown() {
        return shown(url);
    }

    void begin() throws SQLException {
        inTransaction = true;
        dialect.begin(connection);
    }

    void commit() throws SQLException {
        dialect.commit(connection);
        inTransaction = false;
    }

    /** Ends the transaction without effect, if there is one. */
    void rollback() {
        if (inTransaction) {
            inTransaction = false;
            try {
                dialect.rollback(connection);
            } catch (SQLException _) {
                // SQLite has rolled back by itself after some errors; a dead server's
                // connection is replaced by reconnect().
            }
        }
    }

    /** Replaces the connection, after a failure that it may not survive. */
    void reconnect() throws SQLException {
        try {
            connection.close();
        } catch (SQLException _) {
            // It is of no use any more.
        }
        SqlLog fresh = new SqlLog(url, dialect);
        connection = fresh.connection;
        insert = fresh.insert;
        after = fresh.after;
        byKey = fresh.byKey;
        inTransaction = false;
    }

    boolean isUsable() {
        try {
            return connection.isValid(5);
        } catch (SQLException _) {
            return false;
        }
    }

    void insert(List<Encoded> events) throws SQLException {
        int waiting = 0;
        for (Encoded encoded : events) {
            RecordedEvent event = encoded.event();
            insert.setLong(1, event.seq());
            insert.setLong(2, event.batch());
            insert.setLong(3, event.wallMillis());
            insert.setLong(4, event.monotonicNanos());
            insert.setString(5, event.actor());
            insert.setString(6, event.key());
            insert.setString(7, encoded.type());
            insert.setString(8, encoded.payload());
            insert.setString(9, event.hash());
            insert.addBatch();
            if (++waiting == ROWS) {
                waiting = 0;
                insert.executeBatch();
            }
        }
        if (waiting > 0) {
            insert.executeBatch();
        }
    }

    /**
     * The events after one, in order, checked against the chain.
     *
     * @param hash the hash of that event
     * @throws StoreDamagedException if one of them does not fit
     */
    List<RecordedEvent> after(long seq, String hash, int limit) throws SQLException {
        after.setLong(1, seq);
        after.setInt(2, limit);
        List<RecordedEvent> found = new ArrayList<>();
        long previousSeq = seq;
        String previous = hash;
        try (ResultSet rows = after.executeQuery()) {
            while (rows.next()) {
                Row row = Row.of(rows);
                if (row.seq != previousSeq + 1 || !row.hashAfter(previous).equals(row.hash)) {
                    throw damaged(previousSeq, row);
                }
                found.add(row.parse(shown()));
                previousSeq = row.seq;
                previous = row.hash;
            }
        }
        return found;
    }

    /** One event by its number, not checked against the chain; none if there is none. */
    List<RecordedEvent> unchecked(long seq) throws SQLException {
        after.setLong(1, seq - 1);
        after.setInt(2, 1);
        List<RecordedEvent> found = new ArrayList<>();
        try (ResultSet rows = after.executeQuery()) {
            while (rows.next()) {
                found.add(Row.of(rows).parse(shown()));
            }
        }
        return found;
    }

    /** The events of a batch by its key; none if there is none. */
    List<RecordedEvent> byKey(String key) throws SQLException {
        byKey.setString(1, key);
        List<RecordedEvent> found = new ArrayList<>();
        try (ResultSet rows = byKey.executeQuery()) {
            while (rows.next()) {
                found.add(Row.of(rows).parse(shown()));
            }
        }
        return found;
    }

    void beat(Heartbeat heartbeat) throws SQLException {
        try (PreparedStatement beat = connection.prepareStatement(BEAT)) {
            beat.setString(1, heartbeat.scheduler());
            beat.setString(2, heartbeat.host());
            beat.setString(3, heartbeat.process());
            beat.setLong(4, heartbeat.beat());
            beat.setLong(5, heartbeat.wallMillis());
            beat.setLong(6, heartbeat.monotonicNanos());
            beat.executeUpdate();
        }
    }

    List<Heartbeat> heartbeats() throws SQLException {
        List<Heartbeat> found = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT scheduler, host, process, beat, wall_ms, mono_ns"
                                        + " FROM scheduler_signs");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(
                        new Heartbeat(
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                rows.getLong(6)));
            }
        }
        return found;
    }

    StoreException failure(String what, SQLException error) {
        return failure(what, url, dialect, error);
    }

    private static StoreException failure(
            String what, String url, Dialect dialect, SQLException error) {
        // Some drivers repeat the URL, with what is secret in it.
        String message = what + ": " + dialect.explain(error).replace(url, shown(url));
        return dialect.isDamage(error)
                ? new StoreDamagedException(message, error)
                : new StoreException(message, error);
    }

    private StoreDamagedException damaged(long intact, Row row) {
        String what =
                row.seq == intact + 1
                        ? "does not match its hash"
                        : "follows record " + intact + ", so that records between are missing";
        return new StoreDamagedException(
                "record "
                        + row.seq
                        + " of the store "
                        + shown()
                        + " "
                        + what
                        + ": it was changed or torn; the "
                        + intact
                        + " records before are intact");
    }

    @Override
    public void close() {
        rollback();
        try {
            connection.close();
        } catch (SQLException _) {
            // What was acknowledged is on disk.
        }
    }

    private record Row(
            long seq,
            long batch,
            long wallMillis,
            long monotonicNanos,
            String actor,
            @Nullable String key,
            String type,
            String payload,
            String hash) {
        static Row of(ResultSet rows) throws SQLException {
            return new Row(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getLong(4),
                    rows.getString(5),
                    rows.getString(6),
                    rows.getString(7),
                    rows.getString(8),
                    rows.getString(9));
        }

        String hashAfter(String previous) {
            return EventCodec.hash(
                    previous, seq, batch, wallMillis, monotonicNanos, actor, key, type, payload);
        }

        RecordedEvent parse(String store) {
            try {
                return new RecordedEvent(
                        seq,
                        batch,
                        wallMillis,
                        monotonicNanos,
                        actor,
                        key,
                        EventCodec.parse(type, payload),
                        hash);
            } catch (UnknownEventException e) {
                throw new StoreVersionException(
                        "record "
                                + seq
                                + " of the store "
                                + store
                                + " is from a newer version of Retort: "
                                + e.getMessage());
            }
        }
    }
}
