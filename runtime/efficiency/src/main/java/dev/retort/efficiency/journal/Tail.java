package dev.retort.efficiency.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code ledger.tail} of a run: the numbers that every hook changes, in memory mapped to a
 * file. A store there costs as much as one to an array, and the operating system keeps it when the
 * process is killed. It does not outlive a crash of the machine; the journal does.
 *
 * <p>Confined by its owner's lock.
 */
public final class Tail {
    /** The name of the file. */
    public static final String FILE = "ledger.tail";

    private static final long MAGIC = 0x5245544f52543031L;
    private static final int NAME_BYTES = 64;
    private static final int HEADER_LONGS = 4;

    private final MappedByteBuffer bytes;
    private final LongBuffer longs;
    private final int slots;

    private Tail(MappedByteBuffer bytes, int slots) {
        this.bytes = bytes;
        this.slots = slots;
        longs = bytes.asLongBuffer();
    }

    /**
     * What a tail held.
     *
     * @param attempt the process that wrote it
     * @param names the names of its rows, where they were set
     * @param values its numbers
     */
    public record Contents(int attempt, Map<Integer, String> names, List<Long> values) {
        /** Copies the components. */
        public Contents {
            names = Map.copyOf(names);
            values = List.copyOf(values);
        }
    }

    /**
     * Creates the tail of an attempt, over the one of an earlier attempt.
     *
     * @param directory the folder of the run
     * @param attempt the number of the attempt
     * @param names how many names it has room for
     * @param slots how many numbers
     * @return the tail, all numbers 0
     * @throws IOException if it cannot be written, or the disk is full
     */
    public static Tail create(Path directory, int attempt, int names, int slots)
            throws IOException {
        int size = 8 * (HEADER_LONGS + slots) + NAME_BYTES * names;
        Path fresh = directory.resolve(FILE + ".new");
        try {
            // Written out, not only sized: a hole on a full disk would end the process at a store.
            Files.write(fresh, new byte[size]);
        } catch (IOException e) {
            // A part of it is of no use, and takes the room of the journal.
            Files.deleteIfExists(fresh);
            throw e;
        }
        try (FileChannel channel =
                FileChannel.open(fresh, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
            mapped.order(ByteOrder.LITTLE_ENDIAN);
            Tail tail = new Tail(mapped, slots);
            tail.longs.put(1, attempt);
            tail.longs.put(2, names);
            tail.longs.put(3, slots);
            tail.longs.put(0, MAGIC);
            return tail;
        }
    }

    /**
     * Puts the tail in the place of the earlier one.
     *
     * @param directory the folder of the run
     * @throws IOException if it cannot be renamed
     */
    public void publish(Path directory) throws IOException {
        Files.move(
                directory.resolve(FILE + ".new"),
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads the tail of an earlier attempt.
     *
     * @param directory the folder of the run
     * @return its contents, or empty if there is none or it is no tail
     */
    public static Optional<Contents> read(Path directory) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(Journal.bytes(directory.resolve(FILE)));
            buffer.order(ByteOrder.LITTLE_ENDIAN);
            if (buffer.capacity() < 8 * HEADER_LONGS || buffer.getLong(0) != MAGIC) {
                return Optional.empty();
            }
            int names = Math.toIntExact(buffer.getLong(16));
            int slots = Math.toIntExact(buffer.getLong(24));
            if (buffer.capacity() != 8 * (HEADER_LONGS + slots) + NAME_BYTES * names) {
                return Optional.empty();
            }
            long[] values = new long[slots];
            buffer.asLongBuffer().get(HEADER_LONGS, values);
            return Optional.of(
                    new Contents(
                            Math.toIntExact(buffer.getLong(8)),
                            names(buffer, names),
                            Arrays.stream(values).boxed().toList()));
        } catch (IOException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    /**
     * Stores a number.
     *
     * @param slot its place
     * @param value the number
     * @throws InternalError if the file was cut or the disk is full
     */
    public void put(int slot, long value) {
        longs.put(HEADER_LONGS + slot, value);
    }

    /**
     * Names a row. What is longer than the room for a name is cut.
     *
     * @param row its number
     * @param name its name
     */
    public void name(int row, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(Arrays.copyOf(utf8, NAME_BYTES - 1), NAME_BYTES);
        bytes.put(8 * (HEADER_LONGS + slots) + NAME_BYTES * row, padded);
    }

    private static Map<Integer, String> names(ByteBuffer buffer, int count) {
        Map<Integer, String> names = new HashMap<>();
        byte[] name = new byte[NAME_BYTES];
        int first = buffer.capacity() - NAME_BYTES * count;
        for (int row = 0; row < count; row++) {
            buffer.get(first + NAME_BYTES * row, name);
            int length = 0;
            while (length < NAME_BYTES && name[length] != 0) {
                length++;
            }
            if (length > 0) {
                names.put(row, new String(name, 0, length, StandardCharsets.UTF_8));
            }
        }
        return names;
    }
}
