package dev.retort.experiment.worker;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A device, taken once on a machine: a lock of the kernel on a file that all processes know, which
 * ends with its process however that ends. A scheduler locks one byte for itself; the processes of
 * its attempts share another one, so that the device stays taken while one of them outlives its
 * scheduler. Not safe for use by several threads.
 */
public final class DeviceLock implements AutoCloseable {
    private static final long OF_SCHEDULER = 0;
    private static final long OF_WORKERS = 1;

    /** To close a file lets go of all locks that this process has on it: each is opened once. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    /** Until the end of the process. */
    private static final List<FileChannel> HELD = new CopyOnWriteArrayList<>();

    private final Path file;
    private final FileChannel channel;

    private DeviceLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * What came of trying to take a device.
     *
     * @param lock the lock, or {@code null} if it was not taken
     * @param reason why it was not taken, one sentence without a full stop; empty if it was
     */
    public record Attempted(@Nullable DeviceLock lock, String reason) {}

    /** Takes a device for a scheduler of this process, if nobody has it. */
    public static Attempted forScheduler(Path file) {
        if (!OPEN.add(file)) {
            return new Attempted(null, "another scheduler of this process has it");
        }
        FileChannel channel = null;
        String reason;
        try {
            channel = open(file);
            reason = refusal(channel);
        } catch (IOException e) {
            reason = "its lock cannot be used: " + message(e);
        }
        if (channel != null && reason.isEmpty()) {
            return new Attempted(new DeviceLock(file, channel), "");
        }
        close(channel, file);
        return new Attempted(null, reason);
    }

    private static String refusal(FileChannel channel) throws IOException {
        try {
            if (channel.tryLock(OF_SCHEDULER, 1, false) == null) {
                return "another scheduler of this machine has it";
            }
            FileLock unused = channel.tryLock(OF_WORKERS, 1, false);
            if (unused == null) {
                return "the process of an attempt whose scheduler is gone still has it";
            }
            unused.release();
            return "";
        } catch (OverlappingFileLockException _) {
            return "another class loader of this process has it";
        }
    }

    /**
     * Holds a device for the process of an attempt, until that ends.
     *
     * @throws IOException if the file cannot be locked
     */
    public static void holdForWorker(Path file) throws IOException {
        FileChannel channel = open(file);
        // A channel that nobody knows any more is closed.
        HELD.add(channel);
        channel.lock(OF_WORKERS, 1, true);
    }

    private static FileChannel open(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            openToAll(folder, "rwxrwxrwx");
        }
        boolean made = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS));
        if (made) {
            openToAll(file, "rw-rw-rw-");
        }
        return channel;
    }

    /** Schedulers of several users share a machine. */
    private static void openToAll(Path path, String permissions) throws IOException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (UnsupportedOperationException | FileSystemException _) {
            // A system without them, or another user was faster.
        }
    }

    /** Gives the device back. */
    @Override
    public void close() {
        close(channel, file);
    }

    private static void close(@Nullable FileChannel channel, Path file) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException _) {
            // The kernel lets go of it at the end of the process.
        } finally {
            OPEN.remove(file);
        }
    }

    private static String message(IOException error) {
        return error instanceof FileSystemException system && system.getReason() == null
                ? error.getClass().getSimpleName() + " " + error.getMessage()
                : String.valueOf(error.getMessage());
    }
}
