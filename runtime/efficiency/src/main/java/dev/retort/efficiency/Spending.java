package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.EnergyUsage;
import dev.retort.device.sampling.WindowReport;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * What a run took, over all its attempts. Kept with the {@linkplain RunOptions#journal journal}: of
 * an attempt that was killed it ends at the last line, up to ten seconds early, which the covered
 * time tells.
 *
 * <p>Immutable.
 *
 * @param cpuSeconds the CPU time of the run's processes, in seconds
 * @param coreSeconds the wall-clock time of each process times the processors available to it, in
 *     seconds
 * @param peakResidentBytes the largest sample of the resident memory of any of them, in bytes
 * @param hookSeconds what the hooks of the meter cost, estimated as {@link HookCost} says, in
 *     seconds
 * @param joules the energy by device and what the counter covers, such as {@code GPU-… BOARD}, in
 *     joules; idle power and other processes included
 */
public record Spending(
        Optional<Part> cpuSeconds,
        Optional<Part> coreSeconds,
        Optional<Part> peakResidentBytes,
        Optional<Part> hookSeconds,
        Map<String, Part> joules) {
    /** Nothing that was measured. */
    public static final Spending NONE =
            new Spending(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());

    /** From which share of the time on a sum counts as that of all of it. */
    private static final double NEARLY_ALL = 0.99;

    private static final String CPU = "cpuSeconds";
    private static final String CORES = "coreSeconds";
    private static final String MEMORY = "peakResidentBytes";
    private static final String HOOKS = "hookSeconds";
    private static final String JOULES = "joules ";
    private static final String COVERED = " covered";
    private static final String ERROR = " error";

    /** Copies the map. */
    public Spending {
        joules = Collections.unmodifiableMap(new TreeMap<>(joules));
    }

    /**
     * One of the figures.
     *
     * @param amount how much, a sum or the largest
     * @param covered the wall-clock time in which it was measured; shorter than the run's if an
     *     attempt could not measure it or was killed
     * @param errorBound how far the amount of that time can be off, in its unit; empty where that
     *     is not known
     */
    public record Part(double amount, Duration covered, OptionalDouble errorBound) {
        /** Checks the components. */
        public Part {
            Objects.requireNonNull(covered, "covered is null");
            Objects.requireNonNull(errorBound, "errorBound is null");
        }

        /**
         * A sum without a bound of its error.
         *
         * @param amount how much
         * @param covered the time in which it was measured
         */
        public Part(double amount, Duration covered) {
            this(amount, covered, OptionalDouble.empty());
        }

        /**
         * Whether it is that of nearly all of a run, so that it may be divided by what all of the
         * run did: measured for 99 % or more of the time that the run's processes took. The time
         * between them is no part of that.
         *
         * @param run the ledger of the run
         * @return whether it is
         */
        public boolean covers(Ledger run) {
            return Spending.covers(covered, run);
        }

        private Part plus(Part other) {
            return new Part(
                    amount + other.amount,
                    covered.plus(other.covered),
                    errorBound.isPresent() && other.errorBound.isPresent()
                            ? OptionalDouble.of(
                                    errorBound.getAsDouble() + other.errorBound.getAsDouble())
                            : OptionalDouble.empty());
        }

        /** This figure over another one of the same time. */
        Part per(Part other) {
            return new Part(amount / other.amount, covered);
        }

        private Part max(Part other) {
            return new Part(Math.max(amount, other.amount), covered.plus(other.covered));
        }
    }

    /** Whether a time is nearly all that the processes of a run took. */
    static boolean covers(Duration covered, Ledger run) {
        return covered.toNanos() >= NEARLY_ALL * run.elapsedAtWork().toNanos();
    }

    /**
     * The sum of two stretches, or runs.
     *
     * @param other the other
     * @return both
     */
    public Spending plus(Spending other) {
        Map<String, Part> sum = new TreeMap<>(joules);
        other.joules.forEach((device, part) -> sum.merge(device, part, Part::plus));
        return new Spending(
                merged(cpuSeconds, other.cpuSeconds, Part::plus),
                merged(coreSeconds, other.coreSeconds, Part::plus),
                merged(peakResidentBytes, other.peakResidentBytes, Part::max),
                merged(hookSeconds, other.hookSeconds, Part::plus),
                sum);
    }

    private static Optional<Part> merged(
            Optional<Part> one, Optional<Part> other, BinaryOperator<Part> both) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(both.apply(one.get(), other.get()))
                : one.or(() -> other);
    }

    /**
     * The energy of a device over all attempts.
     *
     * @param usage names the device and what its counter covers
     * @return the energy, or empty if it was never measured
     */
    public Optional<Part> joules(EnergyUsage usage) {
        return Optional.ofNullable(joules.get(name(usage)));
    }

    private static String name(EnergyUsage usage) {
        return name(usage.device(), usage.scope());
    }

    private static String name(String device, EnergyUsage.Scope scope) {
        return device + " " + scope;
    }

    /** The energy of the processors, as {@link CpuUsage#joules} has it. */
    Optional<Part> processorJoules() {
        return Optional.ofNullable(
                joules.get(name(CpuCounters.DEVICE, EnergyUsage.Scope.PACKAGES)));
    }

    /** What a window has measured, and the hooks cost meanwhile. */
    static Spending of(WindowReport report, HookCost hooks) {
        Map<String, Part> joules = new TreeMap<>();
        for (EnergyUsage energy : report.energies().values()) {
            part(energy.joules(), energy.errorBoundJoules().ifMeasured(), report)
                    .ifPresent(part -> joules.put(name(energy), part));
        }
        CpuUsage cpu = report.cpu();
        return new Spending(
                part(cpu.cpuSeconds(), OptionalDouble.empty(), report),
                Optional.of(new Part(report.wall().toNanos() * 1e-9 * cpu.cores(), report.wall())),
                part(cpu.peakResidentBytes(), OptionalDouble.empty(), report),
                Optional.of(new Part(hooks.estimated().toNanos() * 1e-9, report.wall())),
                joules);
    }

    private static Optional<Part> part(
            Reading reading, OptionalDouble errorBound, WindowReport report) {
        return reading instanceof Reading.Measured measured
                ? Optional.of(new Part(measured.value(), report.wall(), errorBound))
                : Optional.empty();
    }

    /** As a journal has it. */
    Map<String, Double> named() {
        Map<String, Double> named = new HashMap<>();
        cpuSeconds.ifPresent(part -> put(named, CPU, part));
        coreSeconds.ifPresent(part -> put(named, CORES, part));
        peakResidentBytes.ifPresent(part -> put(named, MEMORY, part));
        hookSeconds.ifPresent(part -> put(named, HOOKS, part));
        joules.forEach((device, part) -> put(named, JOULES + device, part));
        return named;
    }

    private static void put(Map<String, Double> named, String name, Part part) {
        named.put(name, part.amount());
        named.put(name + COVERED, part.covered().toNanos() * 1e-9);
        part.errorBound().ifPresent(bound -> named.put(name + ERROR, bound));
    }

    /** From a journal; what is not known here is passed over. */
    static Spending of(Map<String, Double> named) {
        Map<String, Part> joules = new TreeMap<>();
        for (String name : named.keySet()) {
            if (name.startsWith(JOULES) && !name.endsWith(COVERED) && !name.endsWith(ERROR)) {
                get(named, name)
                        .ifPresent(part -> joules.put(name.substring(JOULES.length()), part));
            }
        }
        return new Spending(
                get(named, CPU), get(named, CORES), get(named, MEMORY), get(named, HOOKS), joules);
    }

    private static Optional<Part> get(Map<String, Double> named, String name) {
        Double amount = named.get(name);
        Double covered = named.get(name + COVERED);
        Double error = named.get(name + ERROR);
        return amount == null || covered == null
                ? Optional.empty()
                : Optional.of(
                        new Part(
                                amount,
                                Duration.ofNanos(Math.round(covered * 1e9)),
                                error == null ? OptionalDouble.empty() : OptionalDouble.of(error)));
    }
}
