package dev.retort.experiment.schedule;

import dev.retort.experiment.FailureClass;
import dev.retort.experiment.json.Sha256;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How often a run is tried again, by the kind of its failure, and after which wait; after the end
 * of its scheduler there is none. The wait is {@code base * 2^(n-1)} after the n-th failure, at
 * most {@code longest}, less up to half of it by chance, so that runs that failed together do not
 * come back together; chance is drawn from the name of the run, so that it can be drawn again.
 *
 * @param attempts how many attempts that ended in a kind of failure a run may have; 1 for no retry
 * @param base the wait after the first
 * @param longest the longest wait
 * @param poisonAfter after how many attempts that broke their process no further run of the same
 *     arm is tried
 */
public record RetryPolicy(
        Map<FailureClass, Integer> attempts, Duration base, Duration longest, int poisonAfter) {
    /** The name and version that stands in decisions. */
    static final String NAME = "retry/1";

    /** Checks and copies the components. */
    public RetryPolicy {
        Objects.requireNonNull(base, "base is null");
        Objects.requireNonNull(longest, "longest is null");
        Map<FailureClass, Integer> all = new EnumMap<>(FailureClass.class);
        for (FailureClass failure : FailureClass.values()) {
            int count = attempts.getOrDefault(failure, 1);
            if (count < 1) {
                throw new IllegalArgumentException(
                        failure + " has " + count + " attempts: expected at least 1");
            }
            all.put(failure, count);
        }
        attempts = Map.copyOf(all);
        if (base.isNegative() || longest.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "the waits are " + base + " to " + longest + ": expected the longest last");
        }
        if (poisonAfter < 1) {
            throw new IllegalArgumentException(
                    "arms are given up after " + poisonAfter + " attempts: expected at least 1");
        }
    }

    /**
     * Five attempts after failures of the machine, a hundred after the end of a scheduler, four
     * after running out of memory (with a smaller micro-batch each), and one after an exception of
     * the task or values that are no number; waits of 1 second to 5 minutes; arms are given up
     * after five broken processes.
     *
     * <p>A run that diverged would diverge again: with the same seed, data and device a training
     * gives the same values, bit for bit, also from a checkpoint. More attempts are for tasks that
     * are not deterministic, and a person who knows better tries it again by {@code Lab.retry}.
     */
    public static RetryPolicy standard() {
        return new RetryPolicy(
                Map.of(
                        FailureClass.INFRASTRUCTURE, 5,
                        FailureClass.INTERRUPTED, 100,
                        FailureClass.OUT_OF_MEMORY, 4,
                        FailureClass.NOT_A_NUMBER, 1,
                        FailureClass.USER_CODE, 1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                5);
    }

    /** How many attempts may end in a kind of failure. */
    int attempts(FailureClass failure) {
        return Objects.requireNonNull(attempts.get(failure));
    }

    /** The wait after the n-th failure of a run, from 1. */
    Duration backOff(String run, int failures) {
        long longestMillis = longest.toMillis();
        long millis = base.toMillis();
        for (int i = 1; i < failures && millis < longestMillis; i++) {
            millis *= 2;
        }
        millis = Math.min(millis, longestMillis);
        long drawn = Long.parseLong(Sha256.hex(run + "#" + failures).substring(0, 8), 16);
        return Duration.ofMillis(millis - (long) (millis / 2.0 * drawn / 0xFFFF_FFFFL));
    }
}
