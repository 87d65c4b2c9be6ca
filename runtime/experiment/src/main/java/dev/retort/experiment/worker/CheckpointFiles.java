package dev.retort.experiment.worker;

import dev.retort.experiment.Checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The files of checkpoints: brought to disk, and told apart by the hash of names and contents. */
final class CheckpointFiles {
    private static final int BUFFER = 1 << 16;

    private CheckpointFiles() {}

    /** Flushes the files to disk and describes them. */
    static Checkpoint describe(Path lab, long step, Path content) throws IOException {
        MessageDigest digest = sha256();
        long bytes = 0;
        for (Path file : files(content)) {
            bytes += add(digest, content, file);
        }
        return new Checkpoint(
                step,
                lab.relativize(content).toString(),
                HexFormat.of().formatHex(digest.digest()),
                bytes);
    }

    /**
     * Where the files of a checkpoint are, if they are what was committed.
     *
     * @throws IOException if they are not
     */
    static Path verified(Path lab, Checkpoint checkpoint) throws IOException {
        Path content = lab.resolve(checkpoint.path());
        if (!Files.exists(content)) {
            throw new IOException(
                    "the checkpoint of step "
                            + checkpoint.step()
                            + " is missing: expected "
                            + content);
        }
        if (!describe(lab, checkpoint.step(), content).sha256().equals(checkpoint.sha256())) {
            throw new IOException(
                    "the checkpoint of step "
                            + checkpoint.step()
                            + " was changed after it was committed: "
                            + content);
        }
        return content;
    }

    private static List<Path> files(Path content) throws IOException {
        if (!Files.exists(content)) {
            throw new IOException(
                    "a checkpoint is to be committed that does not exist: " + content);
        }
        try (Stream<Path> all = Files.walk(content)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long add(MessageDigest digest, Path root, Path file) throws IOException {
        byte[] name = root.relativize(file).toString().getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.force(true);
            long size = channel.size();
            digest.update(ByteBuffer.allocate(12).putInt(name.length).putLong(size).flip());
            digest.update(name);
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return size;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JVM has SHA-256", e);
        }
    }
}
