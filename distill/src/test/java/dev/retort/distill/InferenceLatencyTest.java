package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class InferenceLatencyTest {
    @Test
    void allAreWarmedUpBeforeAnyIsTimedAndThenTakeTurns() {
        List<String> calls = new ArrayList<>();
        List<List<InferenceLatency>> found;
        try (NDManager manager = NDManager.newBaseManager()) {
            found =
                    InferenceLatency.measure(
                            List.of(noting("a", calls), noting("b", calls)),
                            new Shape(1),
                            List.of(2, 3),
                            manager);
        }
        List<String> turns = new ArrayList<>();
        for (String call : calls) {
            if (turns.isEmpty() || !turns.getLast().equals(call)) {
                turns.add(call);
            }
        }
        assertEquals(
                Stream.generate(() -> List.of("a of 2", "a of 3", "b of 2", "b of 3"))
                        .limit(1 + InferenceLatency.TURNS)
                        .flatMap(List::stream)
                        .toList(),
                turns);
        for (List<InferenceLatency> ofBlock : found) {
            assertEquals(List.of(2, 3), ofBlock.stream().map(InferenceLatency::batch).toList());
        }
    }

    private static Block noting(String name, List<String> calls) {
        return new LambdaBlock(
                arrays -> {
                    calls.add(name + " of " + arrays.head().getShape().get(0));
                    return arrays;
                });
    }

    /** A turn in which the machine was busy does not count, nor a first one that was slow. */
    @Test
    void theMedianOfTheTurnsCounts() {
        assertEquals(
                new InferenceLatency(
                        1,
                        Duration.ofNanos(5),
                        Duration.ofNanos(8),
                        Duration.ofNanos(7),
                        Duration.ofNanos(99),
                        50),
                InferenceLatency.median(
                        List.of(turn(90, 99), turn(5, 9), turn(4, 8), turn(6, 7), turn(5, 7))));
    }

    private static InferenceLatency turn(int p50, int p95) {
        Duration percentile = Duration.ofNanos(p95);
        return new InferenceLatency(
                1, Duration.ofNanos(p50), percentile, percentile, percentile, 10);
    }
}
