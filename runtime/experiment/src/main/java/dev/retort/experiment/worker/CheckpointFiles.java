package dev.retort.experiment.worker;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Sha256;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files of checkpoints: brought to disk, and told apart by the hash of names and contents. */
final class CheckpointFiles {
    private static final int BUFFER = 1 << 16;

    private CheckpointFiles() {}

    /**
     * Flushes the files and the folders they are in to disk, and describes them.
     *
     * @param lab the folder of the lab, absolute
     * @param folder that of the attempt, in it
     * @param step how many steps are done
     * @param given the file or folder, absolute or relative to that of the attempt
     * @param kept whether a copy is committed, which no task changes
     * @throws IOException if it is elsewhere, is not there or cannot be copied or flushed
     */
    static Checkpoint commit(Path lab, Path folder, long step, Path given, boolean kept)
            throws IOException {
        Path content = checked(folder, step, given);
        return flushed(lab, step, kept ? copied(folder, step, content) : content);
    }

    private static Path checked(Path folder, long step, Path given) throws IOException {
        Path content = folder.resolve(given).normalize();
        if (!content.startsWith(folder) || content.equals(folder)) {
            throw new IOException(
                    "the checkpoint of step "
                            + step
                            + " is "
                            + given
                            + ": expected a file or folder in "
                            + folder);
        }
        if (!Files.exists(content)) {
            throw new IOException(
                    "a checkpoint is to be committed that does not exist: " + content);
        }
        return content;
    }

    private static Checkpoint flushed(Path lab, long step, Path content) throws IOException {
        Checkpoint checkpoint = describe(lab, step, content);
        for (Path path : walk(content)) {
            if (Files.isRegularFile(path)) {
                force(path);
            } else if (Files.isDirectory(path)) {
                Folders.force(path);
            }
        }
        Folders.force(Objects.requireNonNull(content.getParent()), lab);
        return checkpoint;
    }

    /** Into a folder of its own each time: what was committed before may be read now. */
    private static Path copied(Path folder, long step, Path content) throws IOException {
        Path copy =
                Files.createTempDirectory(folder, "fork-" + step + "-")
                        .resolve(content.getFileName());
        for (Path from : walk(content)) {
            Path to = copy.resolve(content.relativize(from).toString());
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else {
                Files.copy(from, to);
            }
        }
        return copy;
    }

    private static Checkpoint describe(Path lab, long step, Path content) throws IOException {
        MessageDigest digest = Sha256.digest();
        long bytes = 0;
        for (Path file : walk(content)) {
            if (Files.isRegularFile(file)) {
                bytes += add(digest, content, file);
            }
        }
        return new Checkpoint(
                step,
                lab.relativize(content).toString(),
                HexFormat.of().formatHex(digest.digest()),
                bytes);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
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

    private static List<Path> walk(Path content) throws IOException {
        try (Stream<Path> all = Files.walk(content)) {
            return all.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long add(MessageDigest digest, Path root, Path file) throws IOException {
        byte[] name = root.relativize(file).toString().getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
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
}
