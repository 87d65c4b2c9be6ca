package dev.retort.efficiency.figures;

import dev.retort.cuda.ClockEventReason;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.Samples;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * How a device was used in a window: a vector, since a device that is busy all the time can be all
 * but empty. Shares from 0 to 1, means over samples, each with its source or absent with the
 * reason.
 *
 * @param busy the time in which any kernel ran (NVML)
 * @param throttled the samples whose clock was held down, for another reason than idleness or a
 *     setting of the application (NVML)
 * @param multiprocessors the multiprocessors that had work (GPM)
 * @param tensor the activity of the tensor pipes (GPM)
 * @param memory the bandwidth of the memory, of its peak (GPM)
 */
public record DeviceUtilisation(
        Reading busy, Reading throttled, Reading multiprocessors, Reading tensor, Reading memory) {
    /** What does not hold the clock down. */
    private static final long HARMLESS =
            ClockEventReason.IDLE.mask() | ClockEventReason.APPLICATION_SETTING.mask();

    /**
     * The utilisation of a window.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     * @param back the window, up to now; at most as long as the sampler keeps samples
     * @return the vector
     */
    public static DeviceUtilisation of(Sampler sampler, String device, Duration back) {
        return new DeviceUtilisation(
                mean(sampler, device, Counter.GPU_BUSY, back, v -> v),
                mean(
                        sampler,
                        device,
                        Counter.GPU_CLOCK_EVENT_REASONS,
                        back,
                        reasons -> ((long) reasons & ~HARMLESS) == 0 ? 0 : 1),
                mean(sampler, device, Counter.GPU_SM_ACTIVITY, back, v -> v),
                mean(sampler, device, Counter.GPU_TENSOR_ACTIVITY, back, v -> v),
                mean(sampler, device, Counter.GPU_DRAM_ACTIVITY, back, v -> v));
    }

    /**
     * The share of the device-time that one had in which one had it allocated.
     *
     * @param allocated the device-time that runs had
     * @param capacity the device-time that there was: devices times time
     * @return the share; absent without capacity
     */
    public static Reading allocated(Duration allocated, Duration capacity) {
        return capacity.isPositive()
                ? Reading.now(
                        (double) allocated.toNanos() / capacity.toNanos(),
                        "allocated device-time / capacity")
                : new Reading.Absent("there was no device-time to allocate");
    }

    private static Reading mean(
            Sampler sampler,
            String device,
            Counter counter,
            Duration back,
            DoubleUnaryOperator value) {
        List<Series> series = sampler.series(device, counter);
        if (series.isEmpty()) {
            return new Reading.Absent("%s of %s is not sampled".formatted(counter, device));
        }
        Series one = series.getFirst();
        Samples samples = sampler.history(one, back);
        double sum = 0;
        long count = 0;
        long last = 0;
        for (int i = 0; i < samples.size(); i++) {
            OptionalDouble sample = samples.value(i);
            if (sample.isPresent()) {
                sum += value.applyAsDouble(sample.getAsDouble());
                count++;
                last = samples.nanoTime(i);
            }
        }
        if (count > 0) {
            return new Reading.Measured(
                    sum / count, "%s, over %d samples".formatted(one.source(), count), last);
        }
        return sampler.latest(one) instanceof Reading.Absent absent
                ? absent
                : new Reading.Absent("the window has no sample of " + counter);
    }
}
