package dev.retort.efficiency.report;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
        Path staging = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            // Not a channel, which an interrupted thread cannot write to.
            try (FileOutputStream out = new FileOutputStream(staging.toFile())) {
                out.write(content);
                out.getFD().sync();
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
