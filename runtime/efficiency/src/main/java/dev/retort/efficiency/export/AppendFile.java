package dev.retort.efficiency.export;

import dev.retort.efficiency.report.AtomicFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A file that grows by whole pieces: one that cannot be written to its end, such as on a full disk,
 * is taken away again. It may have a trailer that stays at its end, such as the bracket that closes
 * an array. Confined to one thread.
 */
public final class AppendFile implements AutoCloseable {
    /** No line is longer; what is does not come from here. */
    private static final int LONGEST = 1 << 24;

    /**
     * The files of lines that this process has open, whatever they are called. It is asked before a
     * file is opened: by POSIX a process loses its locks on a file once it closes any descriptor of
     * it, such as one with which it only tried to lock it again.
     */
    private static final Set<Object> OPEN = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;
    private final byte[] trailer;

    /** What stands for the file in the set of those that are open, or null. */
    private final @Nullable Object claim;

    /** Where the next piece goes. */
    private long end;

    private AppendFile(FileChannel channel, long end, byte[] trailer, @Nullable Object claim) {
        this.channel = channel;
        this.end = end;
        this.trailer = trailer;
        this.claim = claim;
    }

    /**
     * Opens a file for lines, behind those that it has. Half a line that a crash left there is
     * taken away. Until it is closed the file is locked against others who open it by this method,
     * in this process and in others, where the file system has locks. By POSIX a process gives up
     * its lock once it closes any descriptor of the file, so a program that reads its own file
     * meanwhile lets other processes in.
     *
     * @param file the file; its folder is created if it is missing
     * @param whole whether a last line that has no line feed lacks nothing else; it gets one then
     * @param half whether it is what is left of a line, and may go
     * @return the file, to be closed by the caller
     * @throws IOException if it cannot be written, is in use, or its last line is neither whole nor
     *     half
     */
    static AppendFile lines(Path file, Predicate<byte[]> whole, Predicate<byte[]> half)
            throws IOException {
        Object claim = claim(file);
        try {
            return lines(file, whole, half, claim);
        } catch (IOException | RuntimeException e) {
            OPEN.remove(claim);
            throw e;
        }
    }

    private static AppendFile lines(
            Path file, Predicate<byte[]> whole, Predicate<byte[]> half, Object claim)
            throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(channel, file);
            byte[] last = lastLine(channel, file);
            AppendFile lines = new AppendFile(channel, channel.size(), new byte[0], claim);
            if (last.length > 0 && whole.test(last)) {
                lines.append(new byte[] {'\n'});
            } else if (last.length > 0 && half.test(last)) {
                lines.end -= last.length;
                channel.truncate(lines.end);
            } else if (last.length > 0) {
                throw noLines(file);
            }
            return lines;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Makes the file if it is missing, and has nobody else in this process open it. */
    private static Object claim(Path file) throws IOException {
        createFolder(file);
        if (Files.notExists(file)) {
            try {
                // Only making a file follows no link; opening one does, but would close a file that
                // another thread has made and locked.
                Files.createFile(AtomicFile.target(file));
            } catch (FileAlreadyExistsException _) {
                // Another one was faster.
            }
        }
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        Object claim = key == null ? file.toRealPath() : key;
        if (!OPEN.add(claim)) {
            throw new IOException(file + " is in use by another run of this process");
        }
        return claim;
    }

    /** The lock goes with the channel. */
    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        } catch (IOException _) {
            // A file system without locks, where users see to it themselves.
            return;
        }
        if (lock == null) {
            throw new IOException(file + " is in use by another process or run");
        }
    }

    /** What stands behind the last line feed. */
    private static byte[] lastLine(FileChannel channel, Path file) throws IOException {
        long size = channel.size();
        for (int length = 1 << 12; ; length *= 4) {
            long from = Math.max(0, size - length);
            ByteBuffer tail = ByteBuffer.allocate((int) (size - from));
            while (tail.hasRemaining() && channel.read(tail, from + tail.position()) > 0) {}
            byte[] bytes = tail.array();
            for (int i = bytes.length - 1; i >= 0; i--) {
                if (bytes[i] == '\n') {
                    return Arrays.copyOfRange(bytes, i + 1, bytes.length);
                }
            }
            if (from == 0) {
                return bytes;
            }
            if (length >= LONGEST) {
                throw noLines(file);
            }
        }
    }

    private static IOException noLines(Path file) {
        return new IOException(
                "expected a file of lines of JSON, found a last line of another kind in " + file);
    }

    /**
     * Creates a file.
     *
     * @param file the file, which must not exist; its folder is created if it is missing
     * @param header what it begins with
     * @param trailer what it ends with, after every piece
     * @return the file, to be closed by the caller
     * @throws IOException if it exists or cannot be written
     */
    public static AppendFile create(Path file, byte[] header, byte[] trailer) throws IOException {
        createFolder(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            AppendFile created = new AppendFile(channel, 0, trailer, null);
            created.append(header);
            return created;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void createFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }

    /**
     * Appends a piece.
     *
     * @param piece the piece
     * @throws IOException if it does not fit; the file is then as before, as far as the disk lets
     *     it
     */
    public void append(byte[] piece) throws IOException {
        try {
            write(piece, end);
            write(trailer, end + piece.length);
        } catch (IOException e) {
            takeAway(e);
            throw e;
        }
        end += piece.length;
    }

    @Override
    public void close() throws IOException {
        boolean first = channel.isOpen();
        try {
            channel.close();
        } finally {
            if (first && claim != null) {
                OPEN.remove(claim);
            }
        }
    }

    private void write(byte[] bytes, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    private void takeAway(IOException cause) {
        try {
            channel.truncate(end);
            write(trailer, end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
