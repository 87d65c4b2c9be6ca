package dev.retort.efficiency.export;

import dev.retort.device.Reading;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One number that is exported, the same for every destination. Immutable.
 *
 * <p>These are exported, each of them only where it is known; gauges unless said otherwise:
 *
 * <table>
 * <caption>Figures, their units and labels</caption>
 * <tr><th>name<th>unit<th>labels<th>what it is
 * <tr><td>run.elapsed<td>s<td><td>counter: the wall-clock time of the ledger
 * <tr><td>run.time<td>s<td>region, bucket<td>the cells of the ledger; they sum to run.elapsed
 * <tr><td>run.goodput<td>ratio<td><td>the share of the elapsed time in training that survived
 * <tr><td>run.bucket.share<td>ratio<td>window, bucket<td>shares of the latest 1m, 5m, 15m
 * <tr><td>run.steps, run.items, run.tokens<td><td><td>counters: what was done
 * <tr><td>run.steps.kept, run.steps.lost<td><td><td>what survived, and what restarts undid
 * <tr><td>run.steps.rate, run.items.rate<td>1/s<td>window<td>over all time of the window or run
 * <tr><td>run.step.time<td>s<td>statistic<td>mean, p50, p90, p99 and max of a step
 * <tr><td>run.flops<td><td>precision, kind<td>counter: operations of model and hardware
 * <tr><td>run.mfu, run.hfu<td>ratio<td>basis<td>utilisation over the time of steps, or all time
 * <tr><td>run.jvm.time<td>s<td>what<td>counter: stopped, collecting, compiling
 * <tr><td>run.jvm.pauses, run.jvm.pause.worst<td>, s<td><td>stops of the JVM
 * <tr><td>run.cpu.time, run.cpu.utilisation<td>s, ratio<td><td>of this process, the run long
 * <tr><td>run.memory.peak<td>bytes<td><td>resident memory of this process
 * <tr><td>run.energy, run.energy.error<td>J<td>device<td>of each device while this process ran,
 *     and how far off it can be
 * <tr><td>run.item.energy<td>J<td>device<td>joules per item, over all processes of the run; absent
 *     where the energy of 1 % of their time or more is not known
 * <tr><td>run.cost, run.cost.badput, run.item.cost<td><td>currency<td>by the table of prices;
 *     absent when a run was resumed
 * <tr><td>run.failures, run.anomalies<td><td>kind<td>counters
 * <tr><td>run.attempts<td><td><td>counter: processes
 * <tr><td>run.state<td><td>state<td>1 for the state that it is in
 * <tr><td>run.bottleneck<td>ratio<td>bottleneck, severity<td>its share of the time
 * <tr><td>device.*<td>as counted<td>device, device_name, scope<td>the {@link
 *     dev.retort.device.counters.Counter counters} of the sampler, such as {@code device.gpu.busy};
 *     cumulative ones are counters
 * <tr><td>meter.calls, meter.time<td>, s<td><td>counters: the hooks, estimated
 * <tr><td>meter.sampler.time, meter.export.time<td>s<td><td>counters: CPU time of the threads
 * <tr><td>meter.export.failed, meter.export.dropped<td><td>destination<td>counters: what it threw,
 *     and the intervals that it was too slow for
 * <tr><td>meter.export.busy<td>s<td>destination<td>for how long it has been at the interval that it
 *     is at: grows while it hangs
 * <tr><td>meter.export.timestamp<td>s<td><td>the end of the interval as Unix time, by which to see
 *     that figures are old
 * </table>
 *
 * @param name its name, lower case words with dots between, such as {@code run.goodput}
 * @param unit the unit of its value
 * @param kind how it moves
 * @param labels what it is of, such as the bucket; all figures of one name have the same keys, in
 *     the same order
 * @param reading its value, or why there is none
 */
public record Figure(
        String name, Unit unit, Kind kind, Map<String, String> labels, Reading reading) {

    /** How a figure moves. */
    public enum Kind {
        /** Up and down. */
        GAUGE,
        /** Only up, while a process lives. */
        COUNTER
    }

    /** The unit of a figure. */
    public enum Unit {
        /** A number of things. */
        COUNT("", "1"),
        /** A part of a whole, from 0 to about 1. */
        RATIO("ratio", "1"),
        /** Seconds. */
        SECONDS("seconds", "s"),
        /** Bytes. */
        BYTES("bytes", "By"),
        /** Bytes per second. */
        BYTES_PER_SECOND("bytes_per_second", "By/s"),
        /** Things per second. */
        PER_SECOND("per_second", "1/s"),
        /** Joules. */
        JOULES("joules", "J"),
        /** Watts. */
        WATTS("watts", "W"),
        /** Degrees Celsius. */
        CELSIUS("celsius", "Cel"),
        /** Hertz. */
        HERTZ("hertz", "Hz"),
        /** An amount of money, in the currency of a label. */
        MONEY("", "1");

        private final String suffix;
        private final String ucum;

        Unit(String suffix, String ucum) {
            this.suffix = suffix;
            this.ucum = ucum;
        }

        /** {@return what a name ends with that tells the unit; empty where it needs none} */
        public String suffix() {
            return suffix;
        }

        /** {@return the code of the Unified Code for Units of Measure} */
        public String ucum() {
            return ucum;
        }
    }

    /** Checks and copies the components. */
    public Figure {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(unit, "unit is null");
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(reading, "reading is null");
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** {@return the value, or empty when it is absent} */
    public OptionalDouble value() {
        return reading.ifMeasured();
    }

    /** {@return the name with underscores and its unit, such as {@code run_goodput_ratio}} */
    public String fieldName() {
        String plain = name.replace('.', '_');
        return unit.suffix().isEmpty() ? plain : plain + "_" + unit.suffix();
    }

    /** {@return one line that says what it is} */
    public String description() {
        return FigureTexts.of(name);
    }

    /**
     * What tells it from others of its name.
     *
     * @return the values of its labels with slashes between, such as {@code STEP/GOOD}; empty
     *     without labels
     */
    public String path() {
        return String.join("/", labels.values());
    }
}
