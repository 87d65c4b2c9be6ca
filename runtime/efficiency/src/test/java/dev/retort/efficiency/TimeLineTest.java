package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class TimeLineTest {
    @Test
    void anyIntervalIsCutWhereItChanged() {
        Random random = new Random(7);
        TimeLine line = new TimeLine();
        List<Long> times = new ArrayList<>();
        long time = 0;
        // More than are kept.
        for (int i = 0; i < 70_000; i++) {
            line.change(time, i % 4096, i);
            times.add(time);
            // Some at the same moment.
            time += random.nextInt(4);
        }
        int first = times.size() - (1 << 16);
        for (int round = 0; round < 200; round++) {
            long from = random.nextLong(time);
            long to = Math.min(time, from + random.nextInt(50));
            List<String> expected = new ArrayList<>();
            for (int i = times.size() - 1; i >= first; i--) {
                long end = Math.min(to, i + 1 < times.size() ? times.get(i + 1) : time);
                long start = Math.max(from, times.get(i));
                if (start < end) {
                    expected.add(start + " " + (end - start) + " " + i % 4096 + " " + i);
                }
            }
            List<String> found = new ArrayList<>();
            line.visit(
                    from,
                    to,
                    (start, nanos, cell, step) ->
                            found.add(start + " " + nanos + " " + cell + " " + step));
            assertEquals(expected, found);
        }
    }
}
