package dev.retort.efficiency;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * What devices did while a run went on, as {@link RunOptions#deviceStreams} has it timed by events
 * on streams. {@code busy}, {@code idle} and {@code unknown} sum to {@code known}.
 *
 * <p>The device is taken for busy from where a stream comes to the begin of a region up to where it
 * comes to its end, gaps between kernels included, so {@code busy} is never too small; work that is
 * in no timed region is not seen. Of several streams the union counts, not the sum.
 *
 * <p>Immutable.
 *
 * @param devices the names of the streams' devices, one per stream; a simulated one says so
 * @param known the time up to the earliest region that was not done when last looked at
 * @param busy the time in which at least one stream was within a timed region
 * @param idle the time in which none was
 * @param unknown the time in which there may have been work that was not timed
 * @param byRegion the device's time from the begin to the end of regions, regions inside them
 *     included, summed over streams
 * @param idleByRegion the idle time by the innermost region that the loop was in then, on the host
 * @param idleInJvm the idle time in which the JVM stood still or compiled, or empty where the JVM
 *     is not watched
 * @param idleInJvmByRegion that time by the region, as {@code idleByRegion}
 * @param timed the regions that were timed, once per stream
 * @param untimed the regions that were not, by the reason
 * @param clockError how much earlier than true the device's times can lie on the host's clock,
 *     which moves time between the regions of {@code idleByRegion} but changes no sum; empty before
 *     a region of each stream was timed
 * @param readingCost how long reading the events took, on the background thread
 */
public record DeviceTime(
        List<String> devices,
        Duration known,
        Duration busy,
        Duration idle,
        Duration unknown,
        Map<Region, Duration> byRegion,
        Map<Region, Duration> idleByRegion,
        Optional<Duration> idleInJvm,
        Map<Region, Duration> idleInJvmByRegion,
        long timed,
        Map<String, Long> untimed,
        Optional<Duration> clockError,
        Duration readingCost) {
    /** Checks and copies the components. */
    public DeviceTime {
        Objects.requireNonNull(known, "known is null");
        Objects.requireNonNull(idleInJvm, "idleInJvm is null");
        Objects.requireNonNull(clockError, "clockError is null");
        Objects.requireNonNull(readingCost, "readingCost is null");
        if (!busy.plus(idle).plus(unknown).equals(known)) {
            throw new IllegalArgumentException(
                    "expected %s busy, %s idle and %s unknown to sum to %s"
                            .formatted(busy, idle, unknown, known));
        }
        devices = List.copyOf(devices);
        byRegion = Map.copyOf(byRegion);
        idleByRegion = Map.copyOf(idleByRegion);
        idleInJvmByRegion = Map.copyOf(idleInJvmByRegion);
        untimed = Collections.unmodifiableMap(new LinkedHashMap<>(untimed));
    }

    /**
     * The share of the time, as far as it is known what the device did, in which it was busy.
     *
     * @return from 0 to 1, or empty where nothing is known
     */
    public OptionalDouble busyShare() {
        return share(busy);
    }

    /**
     * The share of the time, as far as it is known what the device did, in which it was idle while
     * the JVM stood still or compiled.
     *
     * @return from 0 to 1, or empty where nothing is known
     */
    public OptionalDouble idleInJvmShare() {
        return idleInJvm.isEmpty() ? OptionalDouble.empty() : share(idleInJvm.get());
    }

    private OptionalDouble share(Duration part) {
        long told = busy.plus(idle).toNanos();
        return told == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) part.toNanos() / told);
    }

    /**
     * What happened after an earlier look at the same run.
     *
     * @param earlier the earlier look
     * @return the difference; the error of the clock is that of now
     */
    public DeviceTime since(DeviceTime earlier) {
        return new DeviceTime(
                devices,
                known.minus(earlier.known),
                busy.minus(earlier.busy),
                idle.minus(earlier.idle),
                unknown.minus(earlier.unknown),
                less(byRegion, earlier.byRegion, Duration::minus),
                less(idleByRegion, earlier.idleByRegion, Duration::minus),
                idleInJvm.map(now -> now.minus(earlier.idleInJvm.orElse(Duration.ZERO))),
                less(idleInJvmByRegion, earlier.idleInJvmByRegion, Duration::minus),
                timed - earlier.timed,
                less(untimed, earlier.untimed, (now, then) -> now - then),
                clockError,
                readingCost.minus(earlier.readingCost));
    }

    private static <K, V> Map<K, V> less(Map<K, V> now, Map<K, V> then, BiFunction<V, V, V> minus) {
        Map<K, V> rest = new HashMap<>(now);
        then.forEach((key, value) -> rest.computeIfPresent(key, (_, v) -> minus.apply(v, value)));
        return rest;
    }

    /** One sentence, such as {@code NVIDIA H200: busy 91.0 %, idle 9.0 %, most of it in INPUT}. */
    @Override
    public String toString() {
        String names = String.join(", ", new LinkedHashSet<>(devices));
        OptionalDouble share = busyShare();
        if (share.isEmpty()) {
            return names + ": nothing is known yet";
        }
        String where =
                idleByRegion.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(most -> ", most of it in " + most.getKey())
                        .orElse("");
        return String.format(
                Locale.ROOT,
                "%s: busy %.1f %%, idle %.1f %%%s",
                names,
                100 * share.getAsDouble(),
                100 * (1 - share.getAsDouble()),
                where);
    }
}
