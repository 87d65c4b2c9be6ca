package dev.retort.efficiency.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file so that a crash leaves the old one or the new one, and never half of one. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Writes a file beside its place, syncs it, and renames it; on an interrupted thread as well.
     *
     * @param file the file, of the default file system, which is replaced if it is there
     * @param content all of it
     * @return the file
     * @throws IOException if it cannot be written; then what was there stays
     */
    public static Path write(Path file, byte[] content) throws IOException {
        return write(file, out -> out.write(content));
    }

    /** What is written, piece by piece; each is synced, so that large ones cost less. */
    public interface Content {
        /** Writes all of it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * The same for content that is not held in memory as a whole.
     *
     * @param file the file, of the default file system, which is replaced if it is there
     * @param content what is written
     * @return the file
     * @throws IOException if it cannot be written; then what was there stays
     */
    public static Path write(Path file, Content content) throws IOException {
        Path staging = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            // A stream, since an interrupted thread cannot write to a channel; each write is
            // synced.
            try (OutputStream out =
                    Files.newOutputStream(
                            staging,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DSYNC)) {
                content.writeTo(out);
            }
            return Files.move(
                    staging,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }
}
