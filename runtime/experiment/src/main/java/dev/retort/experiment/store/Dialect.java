package dev.retort.experiment.store;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What differs between databases. */
enum Dialect {
    SQLITE {
        @Override
        Connection connect(String url) throws SQLException {
            if (ReadOnlyFile.isMeantBy(url)) {
                return ReadOnlyFile.connect(url);
            }
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setBusyTimeout(BUSY_MILLIS);
            return config.createConnection(url);
        }

        @Override
        boolean isThere(String url) {
            return Files.exists(Path.of(SqlLog.shown(url)));
        }

        @Override
        void begin(Connection connection) throws SQLException {
            execute(connection, "BEGIN IMMEDIATE");
        }

        @Override
        void commit(Connection connection) throws SQLException {
            execute(connection, "COMMIT");
        }

        @Override
        void rollback(Connection connection) throws SQLException {
            execute(connection, "ROLLBACK");
        }

        @Override
        String explain(SQLException error) {
            if (!(error instanceof SQLiteException sqlite)) {
                return String.valueOf(error.getMessage());
            }
            SQLiteErrorCode code = sqlite.getResultCode();
            String name = code.name();
            // With no room for the index of its write-ahead log, a file cannot even be read.
            if (name.startsWith("SQLITE_FULL") || name.equals("SQLITE_IOERR_SHMSIZE")) {
                return FULL;
            }
            if (name.startsWith("SQLITE_BUSY") || name.startsWith("SQLITE_LOCKED")) {
                return LOCKED;
            }
            if (name.startsWith("SQLITE_READONLY") || name.startsWith("SQLITE_PERM")) {
                return "it may not be written by this user";
            }
            if (name.startsWith("SQLITE_CANTOPEN")) {
                return "the file cannot be opened: expected a file in an existing folder that this"
                        + " user may write";
            }
            if (name.startsWith("SQLITE_NOTADB") || name.startsWith("SQLITE_CORRUPT")) {
                return "the file is damaged or is no SQLite database";
            }
            return code.message;
        }

        @Override
        boolean isDamage(SQLException error) {
            return error instanceof SQLiteException sqlite
                    && (sqlite.getResultCode().name().startsWith("SQLITE_NOTADB")
                            || sqlite.getResultCode().name().startsWith("SQLITE_CORRUPT"));
        }
    },

    POSTGRESQL {
        @Override
        Connection connect(String url) throws SQLException {
            Properties defaults = new Properties();
            // A server that is gone without a word is noticed. What the URL says goes first.
            defaults.setProperty("tcpKeepAlive", "true");
            defaults.setProperty("connectTimeout", "10");
            defaults.setProperty("socketTimeout", "60");
            Connection connection = DriverManager.getConnection(url, defaults);
            try {
                // Whoever got the lock has to see what was committed before.
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                // Acknowledged is what is on disk, whatever the server's default is.
                execute(
                        connection,
                        "SELECT set_config('synchronous_commit', 'on', false)"
                                + " WHERE current_setting('synchronous_commit') <> 'remote_apply'");
                execute(connection, "SET lock_timeout = " + BUSY_MILLIS);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return connection;
        }

        @Override
        boolean isThere(String url) throws SQLException {
            try (Connection connection = connect(url);
                    Statement statement = connection.createStatement();
                    ResultSet found =
                            statement.executeQuery("SELECT to_regclass('events') IS NOT NULL")) {
                return found.next() && found.getBoolean(1);
            }
        }

        @Override
        void begin(Connection connection) throws SQLException {
            connection.setAutoCommit(false);
            // One writer at a time, as with SQLite; readers are not held. The lock ends with the
            // transaction, also when its process is killed.
            execute(connection, "SELECT pg_advisory_xact_lock(" + LOCK + ")");
        }

        @Override
        void commit(Connection connection) throws SQLException {
            connection.commit();
            connection.setAutoCommit(true);
        }

        @Override
        void rollback(Connection connection) throws SQLException {
            connection.rollback();
            connection.setAutoCommit(true);
        }

        @Override
        String explain(SQLException error) {
            String state = String.valueOf(error.getSQLState());
            if (state.equals("55P03")) {
                return LOCKED;
            }
            if (state.equals("53100")) {
                return "the disk of the server is full";
            }
            if (state.startsWith("08") || state.startsWith("57P")) {
                return "the server cannot be reached: " + firstLine(error);
            }
            if (state.startsWith("28")) {
                return "the server refused the user or its password: " + firstLine(error);
            }
            return firstLine(error);
        }

        @Override
        boolean isDamage(SQLException error) {
            return "XX001".equals(error.getSQLState()) || "XX002".equals(error.getSQLState());
        }
    };

    /** Of a process that holds the lock a thousand times as long as it should. */
    private static final int BUSY_MILLIS = 30_000;

    /** What is said of a disk that is full. */
    static final String FULL = "the disk is full";

    private static final String LOCKED =
            "another process has locked it for more than " + BUSY_MILLIS / 1000 + " seconds";

    /** The bytes of "retort". */
    static final long LOCK = 0x7265_746F_7274L;

    /**
     * The dialect of a JDBC URL.
     *
     * @throws StoreException if there is none
     */
    static Dialect of(String url) {
        if (url.startsWith("jdbc:sqlite:")) {
            return SQLITE;
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return POSTGRESQL;
        }
        throw new StoreException(
                "the store is \""
                        + SqlLog.shown(url)
                        + "\": expected a folder, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE");
    }

    abstract Connection connect(String url) throws SQLException;

    /** Whether a store was made there before. */
    abstract boolean isThere(String url) throws SQLException;

    /** Begins a transaction that no other writer can interleave with. */
    abstract void begin(Connection connection) throws SQLException;

    /** Ends it; returns when it is on disk. */
    abstract void commit(Connection connection) throws SQLException;

    abstract void rollback(Connection connection) throws SQLException;

    /** What went wrong, without a full stop. */
    abstract String explain(SQLException error);

    abstract boolean isDamage(SQLException error);

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String firstLine(SQLException error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("no message");
    }
}
