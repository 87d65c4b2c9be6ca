package dev.retort.device.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

class PerfDataTest {
    private final Path file;

    PerfDataTest(@TempDir Path folder) {
        file = folder.resolve("1234");
    }

    /** A file as HotSpot writes it: one number and one text. */
    private static ByteBuffer sample(ByteOrder order) {
        ByteBuffer data = ByteBuffer.allocate(160).order(order);
        data.order(ByteOrder.BIG_ENDIAN).putInt(0, 0xCAFEC0C0).order(order);
        data.put(4, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 0)).put(5, (byte) 2);
        data.putInt(24, 32).putInt(28, 2);
        entry(data, 32, 48, 'J', 0, "a.number");
        data.putLong(32 + 40, 123_456_789_012L);
        entry(data, 80, 64, 'B', 8, "a.text");
        data.put(80 + 40, "pauses\0".getBytes(StandardCharsets.UTF_8));
        return data;
    }

    private static void entry(
            ByteBuffer data, int at, int length, char type, int elements, String name) {
        data.putInt(at, length).putInt(at + 4, 20).putInt(at + 8, elements);
        data.put(at + 12, (byte) type).putInt(at + 16, 40);
        data.put(at + 20, (name + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void numbersAndTextsAreReadInTheOrderOfTheFile() throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            Files.write(file, sample(order).array());
            PerfData data = PerfData.open(file);
            assertEquals(123_456_789_012L, data.at(data.offset("a.number")));
            assertEquals(Map.of("a.text", "pauses"), data.texts());
            assertEquals(-1, data.offset("another"));
        }
    }

    /** Whatever stands in the file, it is read or refused, and nothing else. */
    @Test
    void garbageIsRefused() throws IOException {
        Random random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            byte[] bytes = sample(ByteOrder.LITTLE_ENDIAN).array();
            for (int i = 0; i < 4; i++) {
                bytes[random.nextInt(144)] = (byte) random.nextInt();
            }
            Files.write(file, bytes);
            try {
                PerfData.open(file);
            } catch (IOException e) {
                refused++;
            }
        }
        assertEquals(true, refused > 100, "refused: " + refused);
        Files.writeString(file, "short");
        assertThrows(IOException.class, () -> PerfData.open(file));
    }
}
