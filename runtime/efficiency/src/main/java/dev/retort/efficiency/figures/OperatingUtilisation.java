package dev.retort.efficiency.figures;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.Series;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.Samples;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * OFU: which share of its tensor operations a device did, told by its own counters, so that no
 * operations need be counted: {@code U_tensor * f_SM / f_SM,max}, the activity of the tensor pipes
 * times the clock over the highest clock (arXiv:2605.20799). Without the correction for tiles that
 * are not filled, so it is at or above MFU; the two apart tell of padding or of a wrong count.
 */
public final class OperatingUtilisation {
    private OperatingUtilisation() {}

    /**
     * The utilisation of a window.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     * @param back the window, up to now; at most as long as the sampler keeps samples
     * @param highestClockHertz the highest clock of the multiprocessors, from NVML
     * @return the share, from 0 to 1; absent where the device has no GPM or tells no clock
     */
    public static Reading of(
            Sampler sampler, String device, Duration back, double highestClockHertz) {
        if (!(highestClockHertz > 0)) {
            return new Reading.Absent(
                    "expected a highest clock above 0 Hz, found " + highestClockHertz);
        }
        List<Series> tensor = sampler.series(device, Counter.GPU_TENSOR_ACTIVITY);
        List<Series> clock = sampler.series(device, Counter.GPU_SM_CLOCK);
        if (tensor.isEmpty() || clock.isEmpty()) {
            return new Reading.Absent(
                    "%s of %s is not sampled"
                            .formatted(
                                    tensor.isEmpty()
                                            ? Counter.GPU_TENSOR_ACTIVITY
                                            : Counter.GPU_SM_CLOCK,
                                    device));
        }
        Samples activities = sampler.history(tensor.getFirst(), back);
        Samples clocks = sampler.history(clock.getFirst(), back);
        Cursor clockAt = new Cursor(clocks);
        double sum = 0;
        long count = 0;
        long last = 0;
        for (int i = 0; i < activities.size(); i++) {
            OptionalDouble activity = activities.value(i);
            OptionalDouble hertz = clockAt.at(activities.nanoTime(i));
            if (activity.isPresent() && hertz.isPresent()) {
                sum += activity.getAsDouble() * hertz.getAsDouble() / highestClockHertz;
                count++;
                last = activities.nanoTime(i);
            }
        }
        if (count == 0) {
            return absent(sampler, tensor.getFirst(), clock.getFirst());
        }
        return new Reading.Measured(
                sum / count,
                "%s * SM clock / highest, over %d samples"
                        .formatted(tensor.getFirst().source(), count),
                last);
    }

    private static Reading absent(Sampler sampler, Series tensor, Series clock) {
        for (Series one : List.of(tensor, clock)) {
            if (sampler.latest(one) instanceof Reading.Absent absent) {
                return absent;
            }
        }
        return new Reading.Absent("the window has no samples of both tensor activity and clock");
    }
}
