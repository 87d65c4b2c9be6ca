package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.status.RunStatus;
import dev.retort.efficiency.status.RunStatus.Bound;
import dev.retort.efficiency.status.RunStatus.Publisher;
import dev.retort.examples.TopSnapshot.Gpu;
import dev.retort.examples.TopSnapshot.Machine;
import dev.retort.examples.TopSnapshot.Run;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What is drawn, on terminals of many widths. */
class TopScreenTest {
    private static Run run(int i, String state, double loss) {
        RunStatus status =
                new RunStatus(
                        "run-" + i,
                        Map.of("team", "日本語".repeat(30)),
                        new Publisher(100 + i, "tick 1"),
                        1,
                        state.equals("ENDED") ? "SUCCEEDED" : "RUNNING",
                        1000 + i,
                        2000,
                        5_000_000_000L,
                        Map.of("INPUT_STALL", 5_000_000_000L),
                        1_234_567 + i,
                        99,
                        10.0,
                        123_456.0,
                        new Bound("INPUT", "HIGH", loss, 5.0, "evidence"),
                        0.123,
                        null,
                        0.041,
                        1500L,
                        0.98,
                        1L << 30,
                        Map.of("UNBALANCED_END", 2L));
        return new Run(state, 1, 2.0, 0.6, 0.1, "INPUT_STALL", loss, status);
    }

    private static List<String> draw(
            List<Gpu> gpus, List<Run> runs, TopOrder order, int columns, int rows) {
        TopSnapshot snapshot =
                new TopSnapshot(
                        "now",
                        new Machine("Some CPU", 4, 0.5, List.of(0.0, 0.5, 1.0), 4L << 30, 8L << 30),
                        gpus,
                        gpus.isEmpty() ? "no driver\033[2J" : null,
                        runs,
                        "/folder",
                        null);
        List<AttributedString> lines =
                TopScreen.draw(snapshot, order, List.of("title", "14:00:00"), columns, rows);
        assertTrue(lines.size() <= rows, lines::toString);
        for (AttributedString line : lines) {
            assertTrue(line.columnLength() <= columns, line::toString);
            assertFalse(line.toString().contains("\033"), line::toString);
        }
        return lines.stream().map(AttributedString::toString).toList();
    }

    @Test
    void everythingOfARunFitsEightyColumns() {
        List<String> lines =
                draw(List.of(), List.of(run(1, "RUNNING", 0.2)), TopOrder.STATE, 80, 24);
        String all = String.join("\n", lines);
        assertTrue(
                lines.contains(
                        "run-1             running 1,234,568  123,456  60.0 %  10.0 %"
                                + "  input stall 20.0 %"),
                all);
        for (String part :
                List.of(
                        "input-bound, at most 5.00x",
                        "MFU 12.3 %",
                        "JVM 4.1 %",
                        "CPU 98 %",
                        "1.0 GiB",
                        "commit 2.0 s ago",
                        "pid 101",
                        "anomalies 2",
                        "team=日本語")) {
            assertTrue(all.contains(part), part + " in\n" + all);
        }
    }

    /** Every number, wherever it stands. */
    private static final List<String> NUMBERS =
            List.of("1,234,568", "123,456", "60.0 %", "10.0 %", "20.0 %", "input stall");

    @Test
    void whatFindsNoColumnIsToldBelowAndNoNumberIsCut() {
        for (int columns = 16; columns <= 160; columns++) {
            List<String> lines =
                    draw(List.of(), List.of(run(1, "RUNNING", 0.2)), TopOrder.STATE, columns, 99);
            String all = String.join("\n", lines);
            // Below 32 columns a part can take two lines, of which one may have half a name.
            for (String number : columns >= 32 ? NUMBERS : List.of("60.0 %", "1,234,568")) {
                assertTrue(all.contains(number), number + " at " + columns + "\n" + all);
            }
            List<String> heads = List.of(lines.get(5).strip().split(" {1,}", -1));
            assertTrue(heads.containsAll(List.of("RUN", "STATE")), all);
            assertFalse(lines.get(5).contains("…"), all);
        }
        assertEquals("RUN             STATE        STEP  ITEMS/S    GOOD", heads(50));
        assertEquals("RUN        STATE        STEP  ITEMS/S    GOOD", heads(45));
        assertEquals("RUN                STATE        STEP    GOOD", heads(44));
        assertEquals("RUN              STATE      GOOD", heads(32));
        assertEquals("RUN            STATE", heads(22));
        assertTrue(heads(80).endsWith("PENDING  MOST LOST TO"), heads(80));
    }

    private static String heads(int columns) {
        return draw(List.of(), List.of(run(1, "RUNNING", 0.2)), TopOrder.STATE, columns, 99)
                .get(5)
                .stripTrailing();
    }

    @Test
    void aColumnIsAsWideAsWhatStandsInIt() {
        Run run = run(1, "RUNNING", 1);
        RunStatus old = run.status();
        RunStatus long1 =
                new RunStatus(
                        "long",
                        Map.of(),
                        old.process(),
                        1,
                        "RUNNING",
                        1000,
                        2000,
                        old.elapsedNanos(),
                        old.buckets(),
                        123_456_789_012L,
                        old.items(),
                        1e9,
                        1e9,
                        old.verdict(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of());
        Run huge = new Run("RUNNING", 1, 2.0, 1.0, 1.0, "COMM_STALL", 1.0, long1);
        List<String> lines = draw(List.of(), List.of(huge, run), TopOrder.NAME, 100, 99);
        String row = lines.stream().filter(l -> l.startsWith("long")).findFirst().orElseThrow();
        assertTrue(
                row.endsWith(
                        "running 123,456,789,012 1,000,000,000 100.0 % 100.0 %"
                                + "  communication stall 100.0 %"),
                row);
        String other = lines.stream().filter(l -> l.startsWith("run-1")).findFirst().orElseThrow();
        assertEquals(row.indexOf("123,456,789,012") + 15, other.indexOf("1,234,568") + 9);
    }

    @Test
    void aRunThatSaysNothingMoreHasAnAgeAndNoRates() {
        Run run = run(1, "RUNNING", 0.2);
        Run silent = new Run("RUNNING", 90, 2.0, 0.6, 0.1, "INPUT_STALL", 0.2, run.status());
        assertFalse(run.isSilent());
        assertTrue(silent.isSilent());
        String all = String.join("\n", draw(List.of(), List.of(silent), TopOrder.STATE, 80, 24));
        assertTrue(all.contains("run-1             silent  1,234,568        —  60.0 %"), all);
        assertTrue(all.contains("nothing new for 1 min 30 s"), all);
        assertFalse(all.contains("123,456"), all);
        assertFalse(all.contains("CPU 98 %"), all);
    }

    @Test
    void whatIsAbsentOfARunIsADash() {
        RunStatus young =
                new RunStatus(
                        "young",
                        Map.of(),
                        new Publisher(7, "tick 1"),
                        1,
                        "RUNNING",
                        1000,
                        2000,
                        0,
                        Map.of(),
                        3,
                        0,
                        null,
                        null,
                        new Bound("INPUT", "HIGH", 1, null, "evidence"),
                        null,
                        "no peak",
                        null,
                        null,
                        null,
                        null,
                        Map.of());
        Run run = new Run("RUNNING", 1, null, null, null, null, null, young);
        List<Run> runs = List.of(run, run(1, "RUNNING", 0));
        for (TopOrder order : TopOrder.values()) {
            String all = String.join("\n", draw(List.of(), runs, order, 80, 24));
            assertTrue(all.contains("input-bound, gain without bound"), all);
            assertTrue(
                    all.contains("young             running         3        —       —       —  —"),
                    all);
        }
        assertTrue(draw(List.of(), runs, TopOrder.LOSS, 80, 24).get(6).startsWith("run-1 "));
    }

    @Test
    void gpusHaveALineEach() {
        Gpu gpu =
                new Gpu(
                        "H100",
                        "GPU-1",
                        null,
                        0.87,
                        4.0 * (1L << 30),
                        80.0 * (1L << 30),
                        512.0,
                        700.0,
                        61.0,
                        1.755e9,
                        2.619e9,
                        List.of("SOFTWARE_POWER_CAP", "IDLE"));
        Gpu lost =
                new Gpu(
                        "H100",
                        "GPU-2",
                        "fell off the bus",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of());
        List<String> lines = draw(List.of(gpu, lost), List.of(), TopOrder.STATE, 160, 24);
        assertEquals(
                "GPU0 [|||||||||||||||||   ] 87.0 %  4.0 GiB/80 GiB  512/700 W  61 °C"
                        + "  1755/2619 MHz  software power cap  H100",
                lines.get(3));
        assertEquals("GPU1 lost: fell off the bus", lines.get(4));
        // What throttles it is worth more room than its name.
        assertEquals(
                "GPU0 [|||||||||||||||||   ] 87.0 %  4.0 GiB/80 GiB  512/700 W"
                        + "  software power cap",
                draw(List.of(gpu), List.of(), TopOrder.STATE, 84, 24).get(3));
        assertEquals(
                "GPU0 87.0 %  4.0 GiB/80 GiB  512/700 W",
                draw(List.of(gpu), List.of(), TopOrder.STATE, 40, 24).get(3));
    }

    @Test
    void ofManyRunsThoseThatFitAreShownInOrder() {
        List<Run> runs =
                IntStream.range(0, 20)
                        .mapToObj(i -> run(i, i == 3 ? "RUNNING" : "ENDED", i / 20.0))
                        .toList();
        List<String> lines = draw(List.of(), runs, TopOrder.STATE, 120, 15);
        assertTrue(lines.size() > 12, lines::toString);
        assertTrue(lines.get(6).startsWith("run-3 "), lines.get(6));
        assertTrue(lines.getLast().matches("… and 1[0-9] more"), lines.getLast());
        assertTrue(draw(List.of(), runs, TopOrder.LOSS, 120, 15).get(6).startsWith("run-19 "));
        assertTrue(draw(List.of(), runs, TopOrder.NAME, 120, 15).get(6).startsWith("run-0 "));
        assertEquals(7, draw(List.of(), runs, TopOrder.NAME, 40, 7).size());
    }
}
