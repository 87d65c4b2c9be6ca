package dev.retort.efficiency.journal;

import org.jspecify.annotations.Nullable;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file {@code ledger.jsonl} of a run: lines are appended, never changed, and synced to disk.
 * While it is open a file beside it is locked, so two runs of one name cannot write into each
 * other.
 *
 * <p>Thread-safe.
 */
public final class Journal implements AutoCloseable {
    /** The name of the file. */
    public static final String FILE = "ledger.jsonl";

    private static final byte[] END_OF_LINE = {'\n'};

    /**
     * The file that is locked. Nobody else may open it: by POSIX a process loses its locks on a
     * file once it closes any descriptor of it, such as one that has read it.
     */
    private static final String LOCK = "ledger.lock";

    /** The folders whose journal this process has open: a process does not lock itself out. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Path owner;
    private final FileChannel lock;

    /** Not a channel, which an interrupt of the thread that writes would close for good. */
    private final RandomAccessFile lines;

    private final @Nullable Object fileKey;
    private final List<Line> found;
    private final int unreadable;
    private long nextSequence;

    /** Whether the file ends within a line. */
    private boolean torn;

    private Journal(Path file, Path owner, FileChannel lock) throws IOException {
        this.file = file;
        this.owner = owner;
        this.lock = lock;
        lines = new RandomAccessFile(file.toFile(), "rw");
        try {
            Contents contents = read(file);
            found = contents.lines();
            unreadable = contents.unreadable();
            nextSequence = found.isEmpty() ? 0 : found.getLast().sequence() + 1;
            fileKey = fileKey();
            // Nothing is written yet: a full disk must not hide what is there.
            torn = endsWithinALine();
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    /**
     * What a journal holds.
     *
     * @param lines the lines whose checksum is right, in order
     * @param unreadable the lines whose checksum is wrong; a torn last one is among them
     */
    public record Contents(List<Line> lines, int unreadable) {
        /** Copies the lines. */
        public Contents {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Opens the journal of a run, creating it where there is none.
     *
     * @param directory the folder of the run
     * @return the journal, to be closed by the caller
     * @throws JournalInUseException if a run has it open, in this process or another
     * @throws IOException if it cannot be read or written
     */
    public static Journal open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(FILE);
        Path owner = directory.toRealPath();
        if (!OPEN.add(owner)) {
            throw new JournalInUseException(file);
        }
        FileChannel lock = null;
        try {
            lock = lock(directory, file);
            return new Journal(file, owner, lock);
        } catch (IOException | RuntimeException e) {
            OPEN.remove(owner);
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    private static FileChannel lock(Path directory, Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            // Another class loader of this process has it.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new JournalInUseException(file);
        }
        return channel;
    }

    /**
     * Reads a journal without opening it; it may be written to meanwhile.
     *
     * @param file the file
     * @return its lines
     * @throws IOException if it cannot be read
     */
    public static Contents read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        int unreadable = 0;
        // Not decoded strictly: a torn line may end within a character.
        String text = new String(bytes(file), StandardCharsets.UTF_8);
        for (String row : text.split("\n", -1)) {
            if (row.isEmpty()) {
                continue;
            }
            Optional<Line> line = LineFormat.parse(row);
            line.ifPresent(lines::add);
            unreadable += line.isEmpty() ? 1 : 0;
        }
        return new Contents(lines, unreadable);
    }

    /** Reads by a stream, which an interrupted thread may use, unlike a channel. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    /**
     * The lines that were there on opening.
     *
     * @return the lines
     */
    public List<Line> found() {
        return found;
    }

    /**
     * The lines that were there on opening and could not be read.
     *
     * @return their number
     */
    public int unreadable() {
        return unreadable;
    }

    /**
     * Appends a line and syncs it. An interrupt of the calling thread changes nothing and stays
     * set.
     *
     * @param line the line; its sequence number is set here
     * @throws IOException if it cannot be written; what was written before stays readable
     */
    public synchronized void append(Line line) throws IOException {
        Line numbered =
                new Line(
                        nextSequence,
                        line.attempt(),
                        line.event(),
                        line.epochNanos(),
                        line.detail(),
                        line.state());
        checkPresent();
        long end = lines.length();
        try {
            lines.seek(end);
            if (torn) {
                lines.write(END_OF_LINE);
            }
            lines.write(LineFormat.bytes(numbered));
        } catch (IOException e) {
            cutTo(end, e);
            throw e;
        }
        torn = false;
        nextSequence++;
        if (line.event() != Line.Event.PROGRESS) {
            lines.getFD().sync();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (lock.isOpen()) {
            try (lock) {
                lines.close();
            } finally {
                OPEN.remove(owner);
            }
        }
    }

    /** A file that was deleted takes all that is written to it, and nobody ever finds it. */
    private void checkPresent() throws IOException {
        Object now;
        try {
            now = fileKey();
        } catch (NoSuchFileException e) {
            throw new IOException("expected the journal that was opened, found none: " + file, e);
        }
        if (!Objects.equals(fileKey, now)) {
            throw new IOException(
                    "expected the journal that was opened, found another one in its place: "
                            + file);
        }
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Takes half a line away, so that the next one does not continue it. */
    private void cutTo(long end, IOException cause) {
        try {
            lines.setLength(end);
        } catch (IOException e) {
            torn = true;
            cause.addSuppressed(e);
        }
    }

    private boolean endsWithinALine() throws IOException {
        long size = lines.length();
        if (size == 0) {
            return false;
        }
        lines.seek(size - 1);
        return lines.read() != END_OF_LINE[0];
    }
}
