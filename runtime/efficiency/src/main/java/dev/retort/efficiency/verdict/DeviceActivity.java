package dev.retort.efficiency.verdict;

import dev.retort.device.sampling.Sampler;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.figures.DeviceUtilisation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What a device did in a window. Shares are from 0 to 1; empty where the device does not tell.
 *
 * @param busy the time in which at least one kernel ran
 * @param throttled the time in which its clock was held down, for another reason than idleness or a
 *     setting of the application
 * @param slowdown the share of its clock that this took, as {@link DeviceUtilisation#slowdown}
 * @param sm the mean share of multiprocessors at work
 * @param tensor the mean activity of the tensor pipes
 * @param dram the mean activity of the memory
 * @param idleInJvmPause the time of training in which the device was idle while the JVM paused or
 *     compiled. As the next one it is at least so much: of a time in which work was not timed
 *     nothing is known
 * @param idleForHost the time in which the device was idle while the host trained or did nothing
 *     that has a name, other than for the JVM: it waited for work to be given to it
 */
public record DeviceActivity(
        OptionalDouble busy,
        OptionalDouble throttled,
        OptionalDouble slowdown,
        OptionalDouble sm,
        OptionalDouble tensor,
        OptionalDouble dram,
        Optional<Duration> idleInJvmPause,
        Optional<Duration> idleForHost) {
    private static final OptionalDouble NOT_TOLD = OptionalDouble.empty();

    /** A device that tells nothing. */
    public static final DeviceActivity UNKNOWN =
            new DeviceActivity(
                    NOT_TOLD,
                    NOT_TOLD,
                    NOT_TOLD,
                    NOT_TOLD,
                    NOT_TOLD,
                    NOT_TOLD,
                    Optional.empty(),
                    Optional.empty());

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
        return of(DeviceUtilisation.of(sampler, device, back));
    }

    /**
     * What samples tell.
     *
     * @param seen the utilisation of the window
     * @return the activity, without what only events tell
     */
    public static DeviceActivity of(DeviceUtilisation seen) {
        return new DeviceActivity(
                seen.busy().ifMeasured(),
                seen.throttled().ifMeasured(),
                seen.slowdown().ifMeasured(),
                seen.multiprocessors().ifMeasured(),
                seen.tensor().ifMeasured(),
                seen.memory().ifMeasured(),
                Optional.empty(),
                Optional.empty());
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
        boolean told = time.busy().plus(time.idle()).isPositive();
        Map<Region, Duration> inJvm = time.idleInJvmByRegion();
        return new DeviceActivity(
                busy.isPresent() ? busy : time.busyShare(),
                throttled,
                slowdown,
                sm,
                tensor,
                dram,
                told && time.idleInJvm().isPresent()
                        ? Optional.of(sum(inJvm, Rules::isTraining))
                        : Optional.empty(),
                told ? Optional.of(forHost(time)) : Optional.empty());
    }

    private static Duration forHost(DeviceTime time) {
        Duration rest =
                sum(time.idleByRegion(), DeviceActivity::isHost)
                        .minus(sum(time.idleInJvmByRegion(), DeviceActivity::isHost));
        // What the JVM did is known late, so some of it may be of the window before.
        return rest.isNegative() ? Duration.ZERO : rest;
    }

    /** Of the others the ledger knows what the host waited for. */
    private static boolean isHost(Bucket bucket) {
        return bucket == Bucket.PENDING
                || bucket == Bucket.HOST_STALL
                || bucket == Bucket.CUSTOM
                || bucket == Bucket.OTHER;
    }

    private static Duration sum(Map<Region, Duration> parts, Predicate<Bucket> which) {
        return parts.entrySet().stream()
                .filter(part -> which.test(part.getKey().bucket()))
                .map(Map.Entry::getValue)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
