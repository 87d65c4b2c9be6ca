package dev.retort.efficiency.figures;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;

import java.time.Duration;

/**
 * How a device was used in a window: a vector, since a device that is busy all the time can be all
 * but empty. Shares from 0 to 1, means over samples, each with its source or absent with the
 * reason.
 *
 * @param busy the time in which any kernel ran (NVML)
 * @param throttled the samples whose clock was held down, for another reason than idleness or a
 *     setting of the application (NVML)
 * @param slowdown how much of its clock that took: the mean of {@code 1 - f_SM / f_SM,max} over
 *     those samples, and of 0 over the others. The share of a busy time by which it was longer than
 *     at the highest clock; a device that is capped by its power has some all the time
 * @param multiprocessors the multiprocessors that had work (GPM)
 * @param tensor the activity of the tensor pipes (GPM)
 * @param memory the bandwidth of the memory, of its peak (GPM)
 * @param operating OFU, the tensor operations that it did of those that it could: {@code U_tensor *
 *     f_SM / f_SM,max}, as by {@link OperatingUtilisation}
 */
public record DeviceUtilisation(
        Reading busy,
        Reading throttled,
        Reading slowdown,
        Reading multiprocessors,
        Reading tensor,
        Reading memory,
        Reading operating) {
    /**
     * The utilisation of a window.
     *
     * @param sampler samples the device
     * @param device the device's identity, as {@link Sampler#devices} names it
     * @param back the window, up to now; at most as long as the sampler keeps samples
     * @return the vector
     */
    public static DeviceUtilisation of(Sampler sampler, String device, Duration back) {
        UtilisationSum sum = new UtilisationSum(sampler, device);
        sum.look(back);
        return sum.mean();
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
}
