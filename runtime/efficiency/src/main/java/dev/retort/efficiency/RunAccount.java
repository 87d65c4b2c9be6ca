package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.efficiency.Spending.Part;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run did and what it took: the outcome of a {@link RunMeter}. Of a run that was resumed it
 * covers all attempts, but for what says that it speaks of this process. Immutable.
 *
 * @param name the name of the run
 * @param tags what the run is grouped by, such as team, model and device
 * @param outcome how it ended, or that it goes on
 * @param attempts the processes that worked on it so far, at least 1
 * @param ledger where the wall-clock time went
 * @param work what was done, whether it survived or not
 * @param kept the part of the work that a checkpoint or the result of the run holds
 * @param lost the part of the work that restarts went back behind
 * @param stepTimes how long the steps took, but for those of the last minute of a process that was
 *     killed
 * @param jvm what the JVM itself took from this process, or empty where it was not watched
 * @param cpu what this process cost in CPU time, memory and energy; its wall-clock time is taken
 *     around that of the ledger and slightly longer; zero for a run that was over before
 * @param failures what went wrong, in order
 * @param anomalies how often the meter of this process was misused, by kind; a kind that did not
 *     occur is missing, so the map of a clean run is empty
 * @param hookCost what the meter itself cost this process
 * @param spending what all its processes took, as far as that is known
 */
public record RunAccount(
        String name,
        Map<String, String> tags,
        Outcome outcome,
        int attempts,
        Ledger ledger,
        Work work,
        Work kept,
        Work lost,
        StepTimes stepTimes,
        Optional<JvmTime> jvm,
        CpuUsage cpu,
        List<Failure> failures,
        Map<Anomaly, Long> anomalies,
        HookCost hookCost,
        Spending spending) {
    /** Checks and copies the components. */
    public RunAccount {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(ledger, "ledger is null");
        Objects.requireNonNull(work, "work is null");
        Objects.requireNonNull(kept, "kept is null");
        Objects.requireNonNull(lost, "lost is null");
        Objects.requireNonNull(stepTimes, "stepTimes is null");
        Objects.requireNonNull(jvm, "jvm is null");
        Objects.requireNonNull(cpu, "cpu is null");
        Objects.requireNonNull(anomalies, "anomalies is null");
        Objects.requireNonNull(hookCost, "hookCost is null");
        Objects.requireNonNull(spending, "spending is null");
        if (attempts < 1) {
            throw new IllegalArgumentException("expected at least 1 attempt, found " + attempts);
        }
        tags = Map.copyOf(tags);
        failures = List.copyOf(failures);
        Map<Anomaly, Long> copy = new EnumMap<>(Anomaly.class);
        copy.putAll(anomalies);
        anomalies = Collections.unmodifiableMap(copy);
    }

    /**
     * The share of the processors that the run used while its processes were at work.
     *
     * @return the CPU time over the time times the processors that each process had; absent where a
     *     part of the run of more than 1 % was not measured
     */
    public Reading cpuUtilisation() {
        Optional<Part> all =
                spending.cpuSeconds()
                        .flatMap(
                                cpuTime ->
                                        spending.coreSeconds()
                                                .filter(cores -> cores.amount() > 0)
                                                .map(cpuTime::per));
        return whole(cpu.utilisation(), all);
    }

    /**
     * The most resident memory that a process of the run had.
     *
     * @return the largest sample in bytes; absent where a part of the run of more than 1 % was not
     *     measured
     */
    public Reading peakResidentBytes() {
        return whole(cpu.peakResidentBytes(), spending.peakResidentBytes());
    }

    /**
     * The energy of the processor packages while the processes of the run were at work, other
     * programs included.
     *
     * @return the energy in joules; absent where a part of the run of more than 1 % was not
     *     measured
     */
    public Reading processorJoules() {
        return whole(cpu.joules(), spending.processorJoules());
    }

    /**
     * What the hooks of the meter cost the processes of the run.
     *
     * @return the cost in seconds, estimated as {@link HookCost} says; absent where a part of the
     *     run of more than 1 % was not measured
     */
    public Reading hookSeconds() {
        return whole(
                Reading.now(hookCost.estimated().toNanos() * 1e-9, "calls of hooks"),
                spending.hookSeconds());
    }

    /** What this process read where it is the whole run, or else what the ledger has of all. */
    private Reading whole(Reading here, Optional<Part> all) {
        if (attempts == 1 && !cpu.wall().isZero() && Spending.covers(cpu.wall(), ledger)) {
            return here;
        }
        if (all.isEmpty()) {
            return here instanceof Reading.Absent
                    ? here
                    : new Reading.Absent("the ledger of the run does not tell it");
        }
        Part part = all.get();
        return part.covers(ledger)
                ? Reading.now(part.amount(), "the ledger of the run")
                : new Reading.Absent(
                        "a run was measured for %.2f of the %.2f s that it was at work"
                                .formatted(
                                        part.covered().toNanos() * 1e-9,
                                        ledger.elapsedAtWork().toNanos() * 1e-9));
    }

    /**
     * The steps that were done.
     *
     * @return their number, those that were lost included
     */
    public long steps() {
        return work.steps();
    }

    /**
     * The items that were consumed.
     *
     * @return their number, those that were lost included
     */
    public long items() {
        return work.items();
    }

    /**
     * The time that throughput is over: the {@linkplain Ledger#elapsedAtWork time at work} without
     * {@link Bucket#EVALUATION}. Waiting for input and time in no region count, because a run that
     * waits is a slower run.
     *
     * @return the time
     */
    public Duration trainingTime() {
        return ledger.elapsedAtWork().minus(ledger.of(Bucket.EVALUATION));
    }

    /**
     * The throughput of training: the items over the {@linkplain #trainingTime time of training}.
     *
     * @return the items per second, or empty when no item was counted or no time was spent training
     */
    public OptionalDouble itemsPerSecond() {
        Duration training = trainingTime();
        return items() == 0 || training.isZero()
                ? OptionalDouble.empty()
                : OptionalDouble.of(items() / (training.toNanos() * 1e-9));
    }
}
