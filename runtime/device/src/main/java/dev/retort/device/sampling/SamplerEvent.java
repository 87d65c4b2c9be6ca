package dev.retort.device.sampling;

import dev.retort.device.counters.DeviceEvent;

/** Something that a sampler has to tell beside values. */
public sealed interface SamplerEvent {
    /**
     * When.
     *
     * @return the time on the sampler's time line, that of {@link System#nanoTime()}
     */
    long nanoTime();

    /**
     * A device reported something.
     *
     * @param device the device's identity
     * @param event what
     * @param nanoTime when it was seen, up to a second after it happened
     */
    record Reported(String device, DeviceEvent event, long nanoTime) implements SamplerEvent {}

    /**
     * A device is lost; it is not sampled any more. The last event of this device.
     *
     * @param device the device's identity
     * @param reason one sentence that says why
     * @param nanoTime when it was seen
     */
    record DeviceLost(String device, String reason, long nanoTime) implements SamplerEvent {}

    /**
     * The sampler samples less often because it exceeded a limit, or more often again.
     *
     * @param stretch the factor on all periods from now on; 1 is as the options say
     * @param cpuShare the share of one core that it used
     * @param driverShare the share of the time that it was inside of drivers
     * @param nanoTime when
     */
    record RateChanged(int stretch, double cpuShare, double driverShare, long nanoTime)
            implements SamplerEvent {}
}
