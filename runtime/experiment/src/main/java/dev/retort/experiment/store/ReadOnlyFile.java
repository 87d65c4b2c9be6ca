package dev.retort.experiment.store;

import org.sqlite.SQLiteConfig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/**
 * An SQLite file that this user may read and not write, such as an archive on a medium that is
 * mounted so. SQLite reads it without the files that it else keeps beside it, for which it takes
 * the word that nobody changes it meanwhile.
 */
final class ReadOnlyFile {
    private ReadOnlyFile() {}

    /** Whether a URL is that of such a file. */
    static boolean isMeantBy(String url) {
        Path file = file(url);
        return Files.isRegularFile(file)
                && (!Files.isWritable(file)
                        || (!Files.isWritable(Objects.requireNonNull(file.getParent()))
                                && Files.notExists(log(file))));
    }

    /**
     * Connects to it; what is written fails.
     *
     * @throws StoreException if a write-ahead log is beside it, which is not read that way: even an
     *     empty one says that somebody else may be writing
     */
    static Connection connect(String url) throws SQLException {
        Path file = file(url);
        if (!Files.notExists(log(file))) {
            throw new StoreException(
                    "the store "
                            + file
                            + " cannot be read where it may not be written: it is in use or was not"
                            + " closed properly, since "
                            + log(file).getFileName()
                            + " is beside it; expected a copy of both files in a folder that this"
                            + " user may write");
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        return config.createConnection(
                "jdbc:sqlite:file:" + file.toUri().getRawPath() + "?immutable=1");
    }

    private static Path log(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private static Path file(String url) {
        return Path.of(SqlLog.shown(url)).toAbsolutePath();
    }
}
