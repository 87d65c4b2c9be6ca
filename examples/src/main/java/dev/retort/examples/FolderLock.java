package dev.retort.examples;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Keeps a folder for one run at a time. The kernel frees it however the process ends. */
final class FolderLock implements AutoCloseable {
    private static final String NAME = ".lock";

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @throws IllegalArgumentException if a run has it, in this process or another
     * @throws IOException if it cannot be locked
     */
    static FolderLock of(String option, Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isTaken(channel)) {
            channel.close();
            throw new IllegalArgumentException(
                    "expected a folder for %s that no run is at work in, found one in %s"
                            .formatted(option, folder));
        }
        return new FolderLock(folder, channel);
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException _) {
            return true;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Deletes the folder if nothing else is in it; to be called before this is closed.
     *
     * @throws IOException if it cannot be read or deleted
     */
    void deleteFolderIfEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.anyMatch(file -> !file.endsWith(NAME))) {
                return;
            }
        }
        Files.delete(folder.resolve(NAME));
        Files.delete(folder);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
