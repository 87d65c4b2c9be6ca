package dev.retort.efficiency.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.efficiency.journal.Line.Event;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

class JournalTest {
    @TempDir Path folder;

    private static Line line(Event event, long nanos) {
        State state =
                new State(
                        Map.of("FORWARD/PENDING", nanos, "größe \"x\"/CUSTOM", 7L),
                        Map.of(),
                        Map.of("FORWARD", nanos / 2),
                        Map.of(),
                        Map.of("steps", 3.0),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        "text");
        return new Line(0, 1, event, 1_700_000_000_123_456_789L, Map.of("team", "vision"), state);
    }

    private void write(long... nanos) throws IOException {
        try (Journal journal = Journal.open(folder)) {
            for (long part : nanos) {
                journal.append(line(Event.PROGRESS, part));
            }
        }
    }

    private List<Line> found() throws IOException {
        try (Journal journal = Journal.open(folder)) {
            return journal.found();
        }
    }

    @Test
    void whatIsWrittenIsFound() throws IOException {
        write(10, Long.MAX_VALUE);
        write(30);
        List<Line> lines = found();
        assertEquals(3, lines.size());
        assertEquals(line(Event.PROGRESS, Long.MAX_VALUE).state(), lines.get(1).state());
        assertEquals(1_700_000_000_123_456_789L, lines.get(1).epochNanos());
        assertEquals(2, lines.get(2).sequence());
        assertEquals(Map.of("team", "vision"), lines.get(2).detail());
    }

    @Test
    void everyLineIsJson() throws IOException {
        write(10, 20);
        for (String text : Files.readAllLines(folder.resolve(Journal.FILE))) {
            JsonNode node = new ObjectMapper().readTree(text);
            assertEquals("PROGRESS", node.required("event").asText());
            assertTrue(node.required("crc32c").asText().matches("[0-9a-f]{8}"));
        }
    }

    @Test
    void whereverTheLastLineIsTornTheOthersRemain() throws IOException {
        write(10, 20, 30);
        byte[] whole = Files.readAllBytes(folder.resolve(Journal.FILE));
        int begin =
                new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf('\n', whole.length - 2);
        for (int end = begin + 2; end < whole.length - 1; end++) {
            Files.write(folder.resolve(Journal.FILE), Arrays.copyOf(whole, end));
            try (Journal journal = Journal.open(folder)) {
                assertEquals(2, journal.found().size(), "cut at " + end);
                assertEquals(1, journal.unreadable());
                journal.append(line(Event.ENDED, 40));
            }
            List<Line> lines = found();
            assertEquals(3, lines.size(), "cut at " + end);
            assertEquals(Event.ENDED, lines.getLast().event());
            assertEquals(2, lines.getLast().sequence());
        }
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        write(10, 20);
        byte[] whole = Files.readAllBytes(folder.resolve(Journal.FILE));
        for (int i = 0; i < whole.length / 2; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            Files.write(folder.resolve(Journal.FILE), changed);
            List<Line> lines = Journal.read(folder.resolve(Journal.FILE)).lines();
            for (Line line : lines) {
                assertTrue(
                        List.of(10L, 20L).contains(line.state().booked().get("FORWARD/PENDING")),
                        "changed at " + i);
            }
            assertTrue(lines.size() < 2, "changed at " + i);
        }
    }

    @Test
    void oneRunPerName() throws IOException {
        try (Journal journal = Journal.open(folder)) {
            assertThrows(JournalInUseException.class, () -> Journal.open(folder));
            journal.append(line(Event.STARTED, 1));
        }
        assertEquals(1, found().size());
    }

    @Test
    void tailIsReadWithItsNames() throws IOException {
        Tail tail = Tail.create(folder, 3, 4, 10);
        tail.put(0, 42);
        tail.put(9, Long.MIN_VALUE);
        tail.name(1, "FORWARD");
        tail.name(3, "x".repeat(100));
        assertTrue(Tail.read(folder).isEmpty(), "not published");
        tail.publish(folder);
        tail.put(5, 17); // The file moved, the memory did not.
        Tail.Contents contents = Tail.read(folder).orElseThrow();
        assertEquals(3, contents.attempt());
        assertEquals(Map.of(1, "FORWARD", 3, "x".repeat(63)), contents.names());
        assertEquals(
                List.of(42L, 0L, 0L, 0L, 0L, 17L, 0L, 0L, 0L, Long.MIN_VALUE), contents.values());
    }

    @Test
    void whatIsNoTailIsNone() throws IOException {
        assertTrue(Tail.read(folder).isEmpty());
        for (int size : new int[] {0, 7, 40, 4000}) {
            Files.write(folder.resolve(Tail.FILE), new byte[size]);
            assertTrue(Tail.read(folder).isEmpty(), size + " bytes");
        }
        Tail.create(folder, 1, 2, 3).publish(folder);
        byte[] whole = Files.readAllBytes(folder.resolve(Tail.FILE));
        Files.write(folder.resolve(Tail.FILE), Arrays.copyOf(whole, whole.length - 1));
        assertTrue(Tail.read(folder).isEmpty());
    }
}
