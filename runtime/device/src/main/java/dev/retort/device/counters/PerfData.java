package dev.retort.device.counters;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The counters that HotSpot keeps in a file for tools such as jstat. The JVM writes to the file's
 * memory, so that a read of a counter is a load and nothing else.
 *
 * <p>The format, version 2: a prologue with the place and number of entries; each entry with its
 * length, the places of its name and of its value, and its type.
 */
final class PerfData {
    private static final int MAGIC = 0xCAFEC0C0;
    private static final int PROLOGUE = 32;
    private static final int ENTRY = 20;

    // Places in the prologue.
    private static final int BYTE_ORDER = 4;
    private static final int MAJOR = 5;
    private static final int ENTRY_OFFSET = 24;
    private static final int ENTRY_COUNT = 28;

    private final MemorySegment memory;
    private final ValueLayout.OfLong longs;
    private final Map<String, Long> offsets = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();

    private PerfData(MemorySegment memory, ByteOrder order) {
        this.memory = memory;
        this.longs = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    }

    /** Where this JVM's file is, unless it was started without one. */
    static Path ofThisProcess() {
        // HotSpot does not ask for java.io.tmpdir.
        return Path.of(
                "/tmp",
                "hsperfdata_" + System.getProperty("user.name"),
                Long.toString(ProcessHandle.current().pid()));
    }

    /**
     * Maps a file; the mapping is freed by the garbage collector.
     *
     * @throws IOException if there is none, or one in another format
     */
    static PerfData open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment memory =
                    channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            if (memory.byteSize() < PROLOGUE
                    || memory.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 0)
                            != MAGIC
                    || memory.get(ValueLayout.JAVA_BYTE, MAJOR) != 2) {
                throw new IOException("not HotSpot's performance data of version 2");
            }
            boolean little = memory.get(ValueLayout.JAVA_BYTE, BYTE_ORDER) == 1;
            PerfData data =
                    new PerfData(memory, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            data.index();
            return data;
        } catch (IndexOutOfBoundsException truncated) {
            throw new IOException("an entry lies outside of the file", truncated);
        }
    }

    private void index() throws IOException {
        ValueLayout.OfInt ints = ValueLayout.JAVA_INT_UNALIGNED.withOrder(longs.order());
        int entries = memory.get(ints, ENTRY_COUNT);
        long at = memory.get(ints, ENTRY_OFFSET);
        for (int i = 0; i < entries; i++) {
            int length = memory.get(ints, at);
            if (length < ENTRY) {
                throw new IOException("entry " + i + " has a length of " + length);
            }
            String name = text(at + memory.get(ints, at + 4));
            int elements = memory.get(ints, at + 8);
            byte type = memory.get(ValueLayout.JAVA_BYTE, at + 12);
            long value = at + memory.get(ints, at + 16);
            if (type == 'J' && elements == 0) {
                offsets.put(name, value);
            } else if (type == 'B') {
                texts.put(name, text(value));
            }
            at += length;
        }
    }

    private String text(long at) {
        long end = at;
        while (memory.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        byte[] bytes = memory.asSlice(at, end - at).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The texts by name. */
    Map<String, String> texts() {
        return texts;
    }

    /** The place of a number, for {@link #at}; or −1 when there is none of this name. */
    long offset(String name) {
        return offsets.getOrDefault(name, -1L);
    }

    /** The number at a place. */
    long at(long offset) {
        return memory.get(longs, offset);
    }
}
