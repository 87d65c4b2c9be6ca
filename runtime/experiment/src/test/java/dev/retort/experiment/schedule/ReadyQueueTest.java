package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Resources;
import dev.retort.experiment.share.FairShare;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** The order of what waits, against one that is found by looking at all. */
final class ReadyQueueTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theNextIsTheOneThatLookingAtAllFinds(long seed) {
        Random random = new Random(seed);
        ReadyQueue queue = new ReadyQueue(new Room(9, 9), Long.MAX_VALUE);
        List<Waiting> all = new ArrayList<>();
        Map<String, Double> used = new HashMap<>(Map.of("a", 0.0, "b", 0.0));
        FairShare share = new FairShare(Map.of("a", 2.0), team -> used.getOrDefault(team, 0.0));
        for (int i = 0; i < 3000; i++) {
            long now = i * 10L;
            if (random.nextInt(3) > 0) {
                Waiting waiting =
                        new Waiting(
                                "r" + random.nextInt(200),
                                random.nextBoolean() ? "a" : "b",
                                random.nextInt(3),
                                Resources.ofCores(1 + random.nextInt(4)),
                                i,
                                random.nextInt(3) == 0 ? now + random.nextInt(500) : 0);
                all.removeIf(other -> other.run().equals(waiting.run()));
                all.add(waiting);
                queue.add(waiting, now);
            }
            int cores = random.nextInt(5);
            Waiting next =
                    queue.next(share, new Room(cores, 0), now, 0, Long.MAX_VALUE, _ -> false);
            Optional<Waiting> expected =
                    all.stream()
                            .filter(waiting -> waiting.notBeforeMillis() <= now)
                            .filter(waiting -> waiting.resources().cores() <= cores)
                            .min(
                                    Comparator.comparing(
                                                    Waiting::team,
                                                    Comparator.comparing(
                                                            share.inOrder(List.of("a", "b"))
                                                                    ::indexOf))
                                            .thenComparing(
                                                    Comparator.comparingInt(Waiting::priority)
                                                            .reversed())
                                            .thenComparing(Waiting::order));
            assertEquals(expected.orElse(null), next);
            if (next != null) {
                queue.remove(next.run());
                all.remove(next);
                share.taken(next.team(), 1);
                if (random.nextBoolean()) {
                    share.returned(next.team(), 1);
                    used.merge(next.team(), (double) random.nextInt(1000), Double::sum);
                }
            }
            assertEquals(all.size(), queue.size());
        }
    }

    @Test
    void runsThatFindNoDeviceDoNotHideThoseThatNeedNone() {
        ReadyQueue queue = new ReadyQueue(new Room(16, 4), 0);
        for (int i = 0; i < 500; i++) {
            queue.add(new Waiting("gpu" + i, "a", 9, new Resources(1, 2), i, 0), 0);
        }
        queue.add(new Waiting("cpu", "a", 0, Resources.ofCores(2), 501, 0), 0);
        Waiting next =
                queue.next(new FairShare(Map.of(), _ -> 0), new Room(4, 1), 0, 0, 100, _ -> false);
        assertEquals("cpu", Objects.requireNonNull(next).run());
    }

    @Test
    void whoLostPatienceIsKeptOnlyWhatItNeeds() {
        ReadyQueue queue = new ReadyQueue(new Room(16, 4), 0);
        queue.add(new Waiting("gpu", "a", 9, new Resources(1, 2), 0, 0), 0);
        queue.add(new Waiting("wide", "a", 0, Resources.ofCores(4), 1, 0), 200);
        queue.add(new Waiting("device", "b", 0, new Resources(1, 1), 2, 0), 200);
        FairShare share = new FairShare(Map.of(), _ -> 0);
        // A device is free and kept, and so is one of the cores.
        assertEquals(null, queue.next(share, new Room(4, 1), 0, 201, 100, _ -> false));
        Waiting next = queue.next(share, new Room(5, 1), 0, 201, 100, _ -> false);
        assertEquals("wide", Objects.requireNonNull(next).run());
        // Before that, nothing is kept.
        Waiting early = queue.next(share, new Room(4, 1), 0, 50, 100, _ -> false);
        assertEquals("wide", Objects.requireNonNull(early).run());
    }

    @Test
    void waitsGrowToTheLongestAndAreDrawnTheSameAgain() {
        RetryPolicy policy =
                new RetryPolicy(Map.of(), Duration.ofSeconds(2), Duration.ofSeconds(30), 3);
        for (int failures = 1; failures < 80; failures++) {
            long full = Math.min(30_000, 2000L << Math.min(20, failures - 1));
            long wait = policy.backOff("run", failures).toMillis();
            assertTrue(wait >= full / 2 && wait <= full, failures + " gives " + wait);
            assertEquals(wait, policy.backOff("run", failures).toMillis());
        }
        assertEquals(1, policy.attempts(FailureClass.USER_CODE));
        IllegalArgumentException wrong =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new RetryPolicy(
                                        Map.of(FailureClass.USER_CODE, 0),
                                        Duration.ZERO,
                                        Duration.ZERO,
                                        1));
        assertEquals("USER_CODE has 0 attempts: expected at least 1", wrong.getMessage());
    }
}
