package dev.retort.distill.checkpoint;

import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of a file in a file beside it, as {@code sha256sum --check} reads it. */
final class Checksum {
    /** What a file ends with that has a checksum. */
    static final String CHECKED = ".safetensors";

    /** What the file with the checksum ends with. */
    static final String SUFFIX = ".sha256";

    private static final int BUFFER = 1 << 20;

    private Checksum() {}

    /** Where the checksum of a file is. */
    static Path of(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - CHECKED.length()) + SUFFIX);
    }

    /** Writes the checksum of a file, which is on disk together with the names of both then. */
    static void write(Path file) throws IOException {
        forceFolder(file);
        AtomicFile.write(of(file), line(file).getBytes(StandardCharsets.UTF_8));
        forceFolder(file);
    }

    /** What is wrong with a file, or empty if it is as its checksum says. */
    static Optional<String> damage(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.of("expected the checkpoint " + file + ", found its checksum alone");
        }
        String expected = Files.readString(of(file));
        String found = line(file);
        return expected.equals(found)
                ? Optional.empty()
                : Optional.of(
                        "%s is damaged: expected the checksum %s, found %s in %d bytes"
                                .formatted(file, brief(expected), brief(found), Files.size(file)));
    }

    private static String brief(String line) {
        return line.substring(0, Math.min(12, line.length())).strip();
    }

    private static String line(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return "%s  %s%n"
                    .formatted(HexFormat.of().formatHex(digest.digest()), file.getFileName());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** A rename is on disk once its folder is. */
    private static void forceFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
