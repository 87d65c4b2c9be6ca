package dev.retort.efficiency.export.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.RunExport;
import dev.retort.efficiency.export.Runs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

@Timeout(60)
class TensorBoardEventsTest {
    @TempDir Path folder;

    private record Scalar(double wall, long step, String tag, float value) {}

    /** A reader of its own, from the description of the formats: a CRC by its polynomial. */
    private static final class Reader {
        private final ByteBuffer file;

        Reader(byte[] file) {
            this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        }

        List<ByteBuffer> records() {
            List<ByteBuffer> records = new ArrayList<>();
            while (file.hasRemaining()) {
                int begin = file.position();
                int length = Math.toIntExact(file.getLong());
                assertEquals(masked(begin, 8), file.getInt(), "the checksum of the length");
                begin = file.position();
                records.add(file.slice(begin, length).order(ByteOrder.LITTLE_ENDIAN));
                file.position(begin + length);
                assertEquals(masked(begin, length), file.getInt(), "the checksum of the data");
            }
            return records;
        }

        private int masked(int from, int length) {
            int crc = -1;
            for (int i = from; i < from + length; i++) {
                crc ^= file.get(i) & 0xff;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc >>> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
                }
            }
            crc = ~crc;
            return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
        }

        static Scalar scalar(ByteBuffer event) {
            assertEquals(0x09, event.get(), "field 1, 64 bits");
            double wall = event.getDouble();
            assertEquals(0x10, event.get(), "field 2, a varint");
            long step = varint(event);
            assertEquals(0x2a, event.get(), "field 5, bytes");
            assertEquals(event.remaining() - sizeAhead(event), varint(event));
            assertEquals(0x0a, event.get(), "field 1 of the summary");
            assertEquals(event.remaining() - sizeAhead(event), varint(event));
            assertEquals(0x0a, event.get(), "field 1 of the value");
            byte[] tag = new byte[(int) varint(event)];
            event.get(tag);
            assertEquals(0x15, event.get(), "field 2 of the value, 32 bits");
            float value = event.getFloat();
            assertEquals(0, event.remaining());
            return new Scalar(wall, step, new String(tag, StandardCharsets.UTF_8), value);
        }

        private static int sizeAhead(ByteBuffer event) {
            int at = event.position();
            varint(event);
            int size = event.position() - at;
            event.position(at);
            return size;
        }

        private static long varint(ByteBuffer bytes) {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes.get();
                number |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return number;
                }
            }
        }
    }

    /** Made by hand with Python's struct and a CRC table, and read by TensorBoard 2.21. */
    @Test
    void theBytesAreThoseOfTheFormat() {
        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e457665"
                                        + "6e743a322a28646c"),
                Records.framed(Records.version(1.5)));
        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "1d00000000000000602fdf2309000000000000f83f10ac022a0f0a0d0a066c6f"
                                        + "73732f61150000803e2125bb90"),
                Records.framed(Records.scalar(1.5, 300, "loss/a", 0.25f)));
    }

    @Test
    void scalarsByStep() throws IOException {
        try (Runs run = new Runs()) {
            RunExport export =
                    ExportOptions.of(run.meter)
                            .to(TensorBoardEvents.into(folder))
                            .every(Duration.ofHours(1))
                            .start();
            for (int i = 0; i < 200; i++) {
                run.step();
            }
            export.flush();
            run.meter.finish();
        }
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        assertTrue(String.valueOf(file.getFileName()).startsWith("events.out.tfevents."));
        List<ByteBuffer> records = new Reader(Files.readAllBytes(file)).records();
        List<Scalar> scalars = records.stream().skip(1).map(Reader::scalar).toList();
        List<Scalar> goodput =
                scalars.stream().filter(one -> one.tag().equals("run_goodput_ratio")).toList();
        // Before time has passed there is no goodput.
        assertEquals(List.of(200L, 200L), goodput.stream().map(Scalar::step).toList());
        assertEquals(0.6f, goodput.getLast().value(), 1e-6f);
        assertEquals(
                0.8f,
                scalars.stream()
                        .filter(one -> one.tag().equals("run_time_seconds/INPUT/INPUT_STALL"))
                        .toList()
                        .getLast()
                        .value(),
                1e-6f);
        assertTrue(scalars.stream().noneMatch(one -> one.tag().startsWith("run_tokens")));
        assertTrue(scalars.stream().noneMatch(one -> Float.isNaN(one.value())));
    }
}
