package dev.retort.distill.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The SHA-256 of a file in a file beside it, as {@code sha256sum --check} reads it. */
final class Checksum {
    /** What a file ends with that has a checksum. */
    static final String CHECKED = ".safetensors";

    /** What the file with the checksum ends with. */
    static final String SUFFIX = ".sha256";

    private Checksum() {}

    /** Where the checksum of a file is. */
    static Path of(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - CHECKED.length()) + SUFFIX);
    }

    /** Writes the checksum of a file, which is on disk together with the names of both then. */
    static void write(Path file) throws IOException {
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        forceFolder(folder);
        AtomicFile.write(of(file), line(file).getBytes(StandardCharsets.UTF_8));
        forceFolder(folder);
    }

    /**
     * Refuses a file that is not as its checksum says.
     *
     * @throws CheckpointException if it is not
     * @throws IOException if one of the two cannot be read
     */
    static void verify(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new CheckpointException("the checksum of %s alone".formatted(file));
        }
        // Of a damaged file any byte may be anything, which UTF-8 would refuse.
        String expected = Files.readString(of(file), StandardCharsets.ISO_8859_1);
        String found = line(file);
        if (!expected.equals(found)) {
            throw new CheckpointException(
                    "%s, which is damaged: expected the checksum %s, found %s in %d bytes"
                            .formatted(file, brief(expected), brief(found), Files.size(file)));
        }
    }

    private static String brief(String line) {
        return line.substring(0, Math.min(12, line.length())).strip();
    }

    private static String line(Path file) throws IOException {
        return "%s  %s%n".formatted(Fingerprint.of(file).hex(), file.getFileName());
    }

    /** A rename is on disk once its folder is. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
