package dev.retort.efficiency.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code ledger.jsonl} of a run: lines are appended, never changed, and synced to disk.
 * While it is open it is locked, so two runs of one name cannot write into each other.
 *
 * <p>Thread-safe.
 */
public final class Journal implements AutoCloseable {
    /** The name of the file. */
    public static final String FILE = "ledger.jsonl";

    private final FileChannel channel;
    private final List<Line> found;
    private final int unreadable;
    private long nextSequence;

    private Journal(FileChannel channel, Contents contents) {
        this.channel = channel;
        found = contents.lines();
        unreadable = contents.unreadable();
        nextSequence = found.isEmpty() ? 0 : found.getLast().sequence() + 1;
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
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new JournalInUseException(file);
            }
            Contents contents = read(file);
            Journal journal = new Journal(channel, contents);
            journal.endTornLine();
            return journal;
        } catch (OverlappingFileLockException _) {
            channel.close();
            throw new JournalInUseException(file);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
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
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
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
     * Appends a line and syncs it.
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
        long end = channel.size();
        try {
            write(ByteBuffer.wrap(LineFormat.bytes(numbered)), end);
        } catch (IOException e) {
            cutTo(end, e);
            throw e;
        }
        nextSequence++;
        if (line.event() != Line.Event.PROGRESS) {
            channel.force(false);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Takes half a line away, so that the next one does not continue it. */
    private void cutTo(long end, IOException cause) {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void endTornLine() throws IOException {
        long size = channel.size();
        if (size == 0) {
            return;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        channel.read(last, size - 1);
        if (last.get(0) != '\n') {
            write(ByteBuffer.wrap(new byte[] {'\n'}), size);
        }
    }
}
