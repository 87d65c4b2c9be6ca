package dev.retort.experiment.schedule;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.share.FairShare;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How a scheduler works. Immutable; {@link #standard} and the {@code with} methods make it.
 *
 * @param folder the folder of the lab, for checkpoints and metrics; with several machines, one that
 *     all of them see under this path
 * @param capacity what it may give to runs
 * @param execution where attempts work
 * @param retries what follows failures
 * @param shares the weight of teams whose share is not 1
 * @param lease after how long without a sign of life the attempts of another scheduler are taken
 *     over; signs of life are given four times as often
 * @param stopGrace how long an attempt that was asked to stop may take
 * @param patience after how long room that gets free is kept for a run that does not fit, so that
 *     smaller ones do not pass it for ever; who fits beside it goes on
 * @param pricePerDeviceHour what an hour of a device costs, for budgets of money
 * @param automation what it may do by itself
 * @param whose the experiments whose runs it takes; what else is queued stays queued
 */
public record SchedulerOptions(
        Path folder,
        Capacity capacity,
        Execution execution,
        RetryPolicy retries,
        Map<String, Double> shares,
        Duration lease,
        Duration stopGrace,
        Duration patience,
        double pricePerDeviceHour,
        Automation automation,
        Predicate<Experiment> whose) {
    /** Checks and copies the components. */
    public SchedulerOptions {
        Objects.requireNonNull(folder, "folder is null");
        Objects.requireNonNull(capacity, "capacity is null");
        Objects.requireNonNull(execution, "execution is null");
        Objects.requireNonNull(retries, "retries is null");
        Objects.requireNonNull(stopGrace, "stopGrace is null");
        Objects.requireNonNull(patience, "patience is null");
        Objects.requireNonNull(automation, "automation is null");
        Objects.requireNonNull(whose, "whose is null");
        shares = FairShare.checked(shares);
        if (lease.toMillis() < 40) {
            throw new IllegalArgumentException(
                    "the lease is " + lease + ": expected at least 40 milliseconds");
        }
        if (!(pricePerDeviceHour >= 0) || Double.isInfinite(pricePerDeviceHour)) {
            throw new IllegalArgumentException(
                    "a device-hour costs "
                            + pricePerDeviceHour
                            + ": expected a finite number, 0 or above");
        }
    }

    /**
     * Child JVMs, equal shares, a lease of 20 seconds, 30 seconds to stop, 10 minutes' patience.
     */
    public static SchedulerOptions standard(Path folder, Capacity capacity) {
        return new SchedulerOptions(
                folder,
                capacity,
                ChildJvms.standard(),
                RetryPolicy.standard(),
                Map.of(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                0,
                Automation.unlimited(),
                _ -> true);
    }

    /** The same that may give other things to runs. */
    public SchedulerOptions withCapacity(Capacity value) {
        return edited(edit -> edit.capacity = value);
    }

    /** The same with attempts elsewhere. */
    public SchedulerOptions withExecution(Execution value) {
        return edited(edit -> edit.execution = value);
    }

    /** The same with another retry policy. */
    public SchedulerOptions withRetries(RetryPolicy value) {
        return edited(edit -> edit.retries = value);
    }

    /** The same with other weights of teams. */
    public SchedulerOptions withShares(Map<String, Double> value) {
        return edited(edit -> edit.shares = value);
    }

    /** The same with other times. */
    public SchedulerOptions withTimes(Duration newLease, Duration newGrace, Duration newPatience) {
        return edited(
                edit -> {
                    edit.lease = newLease;
                    edit.stopGrace = newGrace;
                    edit.patience = newPatience;
                });
    }

    /** The same with another price. */
    public SchedulerOptions withPricePerDeviceHour(double value) {
        return edited(edit -> edit.pricePerDeviceHour = value);
    }

    /** The same that may do other things by itself. */
    public SchedulerOptions withAutomation(Automation value) {
        return edited(edit -> edit.automation = value);
    }

    /** The same that takes runs of some experiments only. */
    public SchedulerOptions takingOnly(Predicate<Experiment> value) {
        return edited(edit -> edit.whose = value);
    }

    private SchedulerOptions edited(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new SchedulerOptions(
                folder,
                edit.capacity,
                edit.execution,
                edit.retries,
                edit.shares,
                edit.lease,
                edit.stopGrace,
                edit.patience,
                edit.pricePerDeviceHour,
                edit.automation,
                edit.whose);
    }

    /** Options under change. */
    private static final class Edit {
        private Capacity capacity;
        private Execution execution;
        private RetryPolicy retries;
        private Map<String, Double> shares;
        private Duration lease;
        private Duration stopGrace;
        private Duration patience;
        private double pricePerDeviceHour;
        private Automation automation;
        private Predicate<Experiment> whose;

        Edit(SchedulerOptions options) {
            capacity = options.capacity;
            execution = options.execution;
            retries = options.retries;
            shares = options.shares;
            lease = options.lease;
            stopGrace = options.stopGrace;
            patience = options.patience;
            pricePerDeviceHour = options.pricePerDeviceHour;
            automation = options.automation;
            whose = options.whose;
        }
    }

    /** Where attempts work. */
    public sealed interface Execution {}

    /**
     * Each in a process of its own: whatever happens to it costs that attempt only.
     *
     * @param classPath what it sees; the class path of this process if empty
     * @param jvmOptions options of its JVM, such as the size of the heap
     * @param beat how often it gives a sign of life
     * @param heartbeatTimeout after how long without one it is killed
     * @param progressTimeout after how long without a call of its task it is killed, although its
     *     JVM gives signs of life
     */
    public record ChildJvms(
            String classPath,
            List<String> jvmOptions,
            Duration beat,
            Duration heartbeatTimeout,
            Duration progressTimeout)
            implements Execution {
        /** Checks and copies the components. */
        public ChildJvms {
            Objects.requireNonNull(classPath, "classPath is null");
            jvmOptions = List.copyOf(jvmOptions);
            if (beat.toMillis() < 10
                    || heartbeatTimeout.compareTo(beat) <= 0
                    || progressTimeout.compareTo(beat) <= 0) {
                throw new IllegalArgumentException(
                        "the beat is "
                                + beat
                                + ", the heartbeat's timeout "
                                + heartbeatTimeout
                                + " and that of progress "
                                + progressTimeout
                                + ": expected a beat of at least 10 milliseconds, and the others"
                                + " longer than it");
            }
        }

        /** The class path of this process; a sign each second, killed after 60 or 30 minutes. */
        public static ChildJvms standard() {
            return new ChildJvms(
                    "",
                    List.of(),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(30));
        }

        /** The same with other options of the JVM. */
        public ChildJvms withJvmOptions(String... values) {
            return new ChildJvms(
                    classPath, List.of(values), beat, heartbeatTimeout, progressTimeout);
        }
    }

    /**
     * Each in a virtual thread of this process, for tasks that are tiny or wait. What breaks the
     * process breaks all of them; one that hangs is not noticed.
     */
    public record InProcess() implements Execution {}
}
