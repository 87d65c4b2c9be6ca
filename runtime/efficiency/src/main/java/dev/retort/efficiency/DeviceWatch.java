package dev.retort.efficiency;

import dev.retort.cuda.Availability;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.gpu.Stream;
import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.figures.DeviceUtilisation;
import dev.retort.efficiency.figures.UtilisationSum;
import dev.retort.efficiency.verdict.DeviceActivity;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sampler tells of the devices of a run, since its beginning. Those of the run are the
 * devices of its timed streams, or all that are sampled where none is timed. Thread-safe.
 */
final class DeviceWatch {
    /** Looking copies samples, which are kept for far longer than this. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

    /** Further than to the last look, so that no sample slips through between two. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Sampler sampler;
    private final List<String> devices;
    private final long begin = System.nanoTime();

    // Guarded by this.
    private final Map<String, UtilisationSum> sums = new LinkedHashMap<>();
    private long looked = begin;
    private boolean ended;

    DeviceWatch(Sampler sampler, List<Stream> streams) {
        this.sampler = sampler;
        devices = devices(sampler, streams);
        devices.forEach(device -> sums.put(device, new UtilisationSum(sampler, device, begin)));
    }

    private static List<String> devices(Sampler sampler, List<Stream> streams) {
        List<String> sampled = new ArrayList<>(sampler.devices().keySet());
        sampled.remove(CpuCounters.DEVICE);
        List<String> used = new ArrayList<>();
        for (Stream stream : streams) {
            if (!(stream.context().device().nvmlUuid()
                    instanceof Availability.Available<String>(String uuid))) {
                // It may be any of them.
                return sampled;
            }
            used.add(uuid);
        }
        if (!used.isEmpty()) {
            sampled.retainAll(used);
        }
        return sampled;
    }

    /**
     * Takes in what is new, if it is time.
     *
     * @param end whether the run has ended, so that nothing comes after
     */
    synchronized void look(boolean end) {
        if (end || System.nanoTime() - looked >= BETWEEN_LOOKS.toNanos()) {
            lookNow();
        }
        ended |= end;
    }

    private void lookNow() {
        if (!ended) {
            long now = System.nanoTime();
            Duration back = Duration.ofNanos(now - looked).plus(MARGIN);
            sums.values().forEach(sum -> sum.look(back));
            looked = now;
        }
    }

    /**
     * What the device did, of a run on one; which of several bounds a run is not known.
     *
     * @param back the window, up to now
     * @param time what its streams tell of the window, if they are timed
     */
    DeviceActivity activity(Duration back, @Nullable DeviceTime time) {
        return with(
                devices.size() == 1
                        ? DeviceActivity.of(sampler, devices.getFirst(), back)
                        : DeviceActivity.UNKNOWN,
                time);
    }

    /** The same since the beginning. */
    DeviceActivity activity(@Nullable DeviceTime time) {
        Map<String, DeviceUtilisation> all = utilisation();
        return with(
                all.size() == 1
                        ? DeviceActivity.of(all.values().iterator().next())
                        : DeviceActivity.UNKNOWN,
                time);
    }

    private static DeviceActivity with(DeviceActivity seen, @Nullable DeviceTime time) {
        return time == null ? seen : seen.with(time);
    }

    /** How much the devices were used since the beginning, by identity. */
    synchronized Map<String, DeviceUtilisation> utilisation() {
        lookNow();
        Map<String, DeviceUtilisation> means = new LinkedHashMap<>();
        sums.forEach((device, sum) -> means.put(device, sum.mean()));
        return Collections.unmodifiableMap(means);
    }
}
