package dev.retort.efficiency.report;

import dev.retort.efficiency.FullDisk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that a crash leaves the old one or the new one, and never half of one. A
 * symbolic link stays one: what it leads to is written, also where nothing is there yet.
 */
public final class AtomicFile {
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /**
     * Writes a file beside its place, syncs it, and renames it; on an interrupted thread as well.
     *
     * @param file the file, of the default file system, which is replaced if it is there, or a
     *     symbolic link to one
     * @param content all of it
     * @return the file, as it was given
     * @throws IOException if it cannot be written; then what was there stays, and what went wrong
     *     with a file names this one
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
     * @param file the file, of the default file system, which is replaced if it is there, or a
     *     symbolic link to one
     * @param content what is written
     * @return the file, as it was given
     * @throws IOException if it cannot be written; then what was there stays
     */
    public static Path write(Path file, Content content) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A device would be replaced by a file.
            String found = Files.isDirectory(file) ? "a folder" : "a device or a pipe";
            throw new FileSystemException(
                    file.toString(), null, "expected a file to write, found " + found);
        }
        Path target = target(file);
        Path staging = target.resolveSibling("." + target.getFileName() + ".tmp");
        try {
            replace(target, staging, content);
            return file;
        } catch (FileSystemException e) {
            throw staging.toString().equals(e.getFile()) ? of(file, target, e) : e;
        } catch (IOException e) {
            // A write to a full disk says no file at all.
            throw FullDisk.isMeantBy(e) ? of(file, e.getMessage(), e) : e;
        }
    }

    /**
     * Where symbolic links lead to in the end, whether something is there or not.
     *
     * @param file a link, or what else there may be
     * @return what is no link, or the file itself
     * @throws IOException if a link cannot be read, or leads to itself
     */
    public static Path target(Path file) throws IOException {
        Path target = file;
        for (int i = 0; i < MOST_LINKS; i++) {
            if (!Files.isSymbolicLink(target)) {
                return target;
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        throw new FileSystemException(
                file.toString(), null, "expected a file to write, found a link to itself");
    }

    private static void replace(Path file, Path staging, Content content) throws IOException {
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
            Files.move(
                    staging,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    /** The same failure of the file that was asked for: nobody knows of the one beside it. */
    private static FileSystemException of(Path file, Path target, FileSystemException error) {
        return switch (error) {
            case NoSuchFileException _ -> {
                Path folder = target.getParent();
                boolean isThere = folder == null || Files.isDirectory(folder);
                String whose = target.equals(file) ? "its" : "it links to " + target + ", whose";
                // As in /proc.
                String what = isThere ? " folder takes no files" : " folder does not exist";
                yield of(file, whose + what, error);
            }
            case AccessDeniedException _ -> {
                FileSystemException denied = new AccessDeniedException(file.toString());
                denied.initCause(error);
                yield denied;
            }
            default -> of(file, error.getReason(), error);
        };
    }

    private static FileSystemException of(Path file, @Nullable String reason, IOException cause) {
        FileSystemException own = new FileSystemException(file.toString(), null, reason);
        own.initCause(cause);
        return own;
    }
}
