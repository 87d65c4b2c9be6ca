package dev.retort.experiment.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Names of files, brought to disk: a file whose folder is not there after a loss of power is lost.
 */
final class Folders {
    private static final boolean CAN_BE_FLUSHED =
            !System.getProperty("os.name", "").startsWith("Windows");

    private Folders() {}

    /** Flushes one folder. */
    static void force(Path folder) throws IOException {
        if (CAN_BE_FLUSHED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Flushes a folder and those above it, up to and with another. */
    static void force(Path folder, Path upTo) throws IOException {
        Path next = folder;
        while (next != null && next.startsWith(upTo)) {
            force(next);
            next = next.getParent();
        }
    }
}
