package dev.retort.efficiency;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Runs the parts of a meter so that one that fails keeps no other from its work, and never the
 * training: its failure is an {@link Anomaly#METER_FAILED}, logged the first time.
 *
 * <p>Thread-safe.
 */
final class Guard {
    private static final System.Logger LOG = System.getLogger(Guard.class.getName());

    private final RunClock clock;
    private final String run;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * A guard that has failed at nothing.
     *
     * @param clock counts the failures
     * @param run the name of the run
     */
    Guard(RunClock clock, String run) {
        this.clock = clock;
        this.run = run;
    }

    /**
     * Runs a part.
     *
     * @param part its name
     * @param work what it does, without the lock of the clock
     */
    void run(String part, Runnable work) {
        get(
                part,
                () -> {
                    work.run();
                    return part;
                });
    }

    /**
     * Asks a part.
     *
     * @param part its name
     * @param work what it does, without the lock of the clock
     * @return its answer, or empty if it failed
     */
    <T> Optional<T> get(String part, Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (Throwable e) {
            // Errors as well: a library that is missing, or memory, is not worth a training run.
            clock.count(Anomaly.METER_FAILED);
            if (warned.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, "The meter of run " + run + " failed at " + part, e);
            }
            return Optional.empty();
        }
    }
}
