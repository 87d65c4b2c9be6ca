package dev.retort.efficiency.verdict;

import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.figures.DeviceUtilisation;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a device did in a window. All are shares from 0 to 1; empty where the device does not tell.
 *
 * @param busy the time in which at least one kernel ran
 * @param throttled the time in which its clock was held down, for another reason than idleness or a
 *     setting of the application
 * @param sm the mean share of multiprocessors at work
 * @param tensor the mean activity of the tensor pipes
 * @param dram the mean activity of the memory
 * @param idleInJvmPause the time in which the device was idle while the JVM paused or compiled
 * @param idleForHost the time in which the device was idle while the host trained or did nothing
 *     that has a name, other than for the JVM: it waited for work to be given to it
 */
public record DeviceActivity(
        OptionalDouble busy,
        OptionalDouble throttled,
        OptionalDouble sm,
        OptionalDouble tensor,
        OptionalDouble dram,
        OptionalDouble idleInJvmPause,
        OptionalDouble idleForHost) {
    private static final OptionalDouble NOT_TOLD = OptionalDouble.empty();

    /** A device that tells nothing. */
    public static final DeviceActivity UNKNOWN =
            new DeviceActivity(
                    NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD, NOT_TOLD);

    /**
     * What a sampler has seen of a device: the means of its samples.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     * @param back the window, up to now; at most as long as the sampler keeps samples
     * @return the activity; what the device does not tell, and what only events on its streams
     *     tell, is empty
     */
    public static DeviceActivity of(Sampler sampler, String device, Duration back) {
        DeviceUtilisation seen = DeviceUtilisation.of(sampler, device, back);
        return new DeviceActivity(
                seen.busy().ifMeasured(),
                seen.throttled().ifMeasured(),
                seen.multiprocessors().ifMeasured(),
                seen.tensor().ifMeasured(),
                seen.memory().ifMeasured(),
                NOT_TOLD,
                NOT_TOLD);
    }

    /**
     * The same with what events on the device's streams tell of the window. They take a device for
     * busy from the begin of a region to its end, so they tell how busy it was only where no
     * counter does.
     *
     * @param time the time of the window, as by {@link DeviceTime#since}
     * @return the activity
     */
    public DeviceActivity with(DeviceTime time) {
        OptionalDouble inJvm = time.idleInJvmShare();
        long told = time.busy().plus(time.idle()).toNanos();
        return new DeviceActivity(
                busy.isPresent() ? busy : time.busyShare(),
                throttled,
                sm,
                tensor,
                dram,
                inJvm,
                told == 0
                        ? NOT_TOLD
                        : OptionalDouble.of(
                                Math.max(0, (double) forHost(time) / told - inJvm.orElse(0))));
    }

    private static long forHost(DeviceTime time) {
        long nanos = 0;
        for (Map.Entry<Region, Duration> part : time.idleByRegion().entrySet()) {
            Bucket bucket = part.getKey().bucket();
            // Of the others the ledger knows what the host waited for.
            if (bucket == Bucket.PENDING
                    || bucket == Bucket.HOST_STALL
                    || bucket == Bucket.CUSTOM
                    || bucket == Bucket.OTHER) {
                nanos += part.getValue().toNanos();
            }
        }
        return nanos;
    }
}
