package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One try at a run. Immutable.
 *
 * @param number from 1
 * @param token the fencing token: the number of the event that admitted it, so that later attempts
 *     have higher ones
 * @param scheduler who holds its lease
 * @param host where it runs
 * @param devices the devices it may use, by index
 * @param admittedMillis when it was admitted, in milliseconds since 1970
 * @param admittedNanos when that was, by the clock of its scheduler that does not jump
 * @param pid its process, or {@code null} before it began or if it runs in the scheduler's
 * @param process what tells its process from a later one of the same number, or {@code null}
 * @param end how it ended, or {@code null} while it has not
 */
public record Attempt(
        int number,
        long token,
        String scheduler,
        String host,
        List<Integer> devices,
        long admittedMillis,
        long admittedNanos,
        @Nullable Long pid,
        @Nullable String process,
        @Nullable End end) {
    /** Checks and copies the components. */
    public Attempt {
        Objects.requireNonNull(scheduler, "scheduler is null");
        Objects.requireNonNull(host, "host is null");
        devices = List.copyOf(devices);
    }

    /**
     * How it ended.
     *
     * @param cause the kind
     * @param detail one sentence
     * @param elapsedMillis how long it held its resources, by a clock that does not jump; of a lost
     *     one, up to the last sign of life of its scheduler
     * @param chargedMillis what of that is charged: less where it shared its devices
     * @param endedMillis when that was recorded, in milliseconds since 1970
     */
    public record End(
            CauseOfEnd cause,
            String detail,
            long elapsedMillis,
            long chargedMillis,
            long endedMillis) {
        /** Checks the components. */
        public End {
            Objects.requireNonNull(cause, "cause is null");
            Objects.requireNonNull(detail, "detail is null");
        }
    }

    /**
     * Up to when it held its resources, in milliseconds since 1970; of a lost one, up to the last
     * sign of life of its scheduler, which was before its end was recorded. Empty while it has not
     * ended.
     */
    public OptionalLong heldUntilMillis() {
        return end == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.min(end.endedMillis, admittedMillis + end.elapsedMillis));
    }

    /**
     * Its folder, relative to that of the lab. Of no other attempt, ever.
     *
     * @param run the name of its run
     */
    public String folder(String run) {
        return folder(run, number, token);
    }

    /** The folder of an attempt, by its number and its fencing token. */
    public static String folder(String run, int number, long token) {
        return "runs/" + run + "/attempt-" + number + "-" + token;
    }

    /** One that was admitted and has not begun. */
    public static Attempt admitted(
            int number,
            long token,
            String scheduler,
            String host,
            List<Integer> devices,
            long admittedMillis,
            long admittedNanos) {
        return new Attempt(
                number,
                token,
                scheduler,
                host,
                devices,
                admittedMillis,
                admittedNanos,
                null,
                null,
                null);
    }

    /** The same attempt with its process. */
    public Attempt startedAs(@Nullable Long itsPid, @Nullable String itsProcess) {
        return new Attempt(
                number,
                token,
                scheduler,
                host,
                devices,
                admittedMillis,
                admittedNanos,
                itsPid,
                itsProcess,
                end);
    }

    /** The same attempt, ended. */
    public Attempt withEnd(End how) {
        return new Attempt(
                number,
                token,
                scheduler,
                host,
                devices,
                admittedMillis,
                admittedNanos,
                pid,
                process,
                how);
    }
}
