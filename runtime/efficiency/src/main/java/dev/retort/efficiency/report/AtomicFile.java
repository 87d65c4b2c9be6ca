package dev.retort.efficiency.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file so that a crash leaves the old one or the new one, and never half of one. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Writes a file beside its place, syncs it, and renames it.
     *
     * @param file the file, which is replaced if it is there
     * @param content all of it
     * @return the file
     * @throws IOException if it cannot be written; then what was there stays
     */
    public static Path write(Path file, byte[] content) throws IOException {
        Path staging = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            staging,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
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
