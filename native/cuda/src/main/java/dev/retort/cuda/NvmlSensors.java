package dev.retort.cuda;

import java.lang.foreign.MemorySegment;

/**
 * What NVML measures of a device, now, one question at a time; {@link NvmlReader} is for those who
 * ask again and again. A value that the device does not have is a {@link NotSupportedException},
 * never 0; a MIG instance has few of them. Threading and failures are those of {@link Nvml}.
 */
public final class NvmlSensors {
    private final Nvml nvml;
    private final NvmlCalls calls;

    NvmlSensors(Nvml nvml, NvmlCalls calls) {
        this.nvml = nvml;
        this.calls = calls;
    }

    /**
     * The memory of a device.
     *
     * @param totalBytes all of it
     * @param reservedBytes what driver and firmware keep for themselves
     * @param freeBytes what can be allocated
     * @param usedBytes what is allocated. NVML's header says of it both that it is what was
     *     allocated and that it includes the reserved bytes: compare the sum with the total.
     */
    public record Memory(long totalBytes, long reservedBytes, long freeBytes, long usedBytes) {}

    /**
     * How busy a device was over its last sample period, which is between 1/6 s and 1 s by product.
     *
     * @param gpuPercent share of the time in which at least one kernel ran, 0 to 100
     * @param memoryPercent share of the time in which memory was read or written, 0 to 100
     */
    public record Utilization(int gpuPercent, int memoryPercent) {}

    /** The clocks of a device. */
    public enum Clock {
        /** Graphics. */
        GRAPHICS(NvmlQuery.GRAPHICS_CLOCK),
        /** Multiprocessors. */
        MULTIPROCESSORS(NvmlQuery.SM_CLOCK),
        /** Memory. */
        MEMORY(NvmlQuery.MEMORY_CLOCK),
        /** Video coder. */
        VIDEO(NvmlQuery.VIDEO_CLOCK);

        private final NvmlQuery query;

        Clock(NvmlQuery query) {
            this.query = query;
        }
    }

    /**
     * Memory in use, by all processes.
     *
     * @param device the device
     * @return the memory
     */
    public Memory memory(long device) {
        MemorySegment out = call(NvmlQuery.MEMORY, device);
        return new Memory(
                calls.value(NvmlQuery.MEMORY, out, 0),
                calls.value(NvmlQuery.MEMORY, out, 1),
                calls.value(NvmlQuery.MEMORY, out, 2),
                calls.value(NvmlQuery.MEMORY, out, 3));
    }

    /**
     * Utilisation over the device's last sample period.
     *
     * @param device the device
     * @return the shares
     */
    public Utilization utilization(long device) {
        MemorySegment out = call(NvmlQuery.UTILIZATION, device);
        return new Utilization(
                (int) calls.value(NvmlQuery.UTILIZATION, out, 0),
                (int) calls.value(NvmlQuery.UTILIZATION, out, 1));
    }

    /**
     * Power that the board draws. Since the Ampere generation, except GA100, it is an average over
     * 1 s; before, it is of the moment.
     *
     * @param device the device
     * @return milliwatts
     */
    public long powerMilliwatts(long device) {
        return value(NvmlQuery.POWER, device);
    }

    /**
     * The power limit that is in force.
     *
     * @param device the device
     * @return milliwatts
     */
    public long enforcedPowerLimitMilliwatts(long device) {
        return value(NvmlQuery.ENFORCED_POWER_LIMIT, device);
    }

    /**
     * Energy that the board has used since the driver was loaded. The counter moves in steps.
     *
     * @param device the device
     * @return millijoules
     */
    public long energyMillijoules(long device) {
        return value(NvmlQuery.ENERGY, device);
    }

    /**
     * Temperature of the GPU.
     *
     * @param device the device
     * @return degrees Celsius
     */
    public int temperatureCelsius(long device) {
        return (int) value(NvmlQuery.TEMPERATURE, device);
    }

    /**
     * A clock at this moment.
     *
     * @param device the device
     * @param clock which
     * @return megahertz
     */
    public int clockMegahertz(long device, Clock clock) {
        return (int) value(clock.query, device);
    }

    /**
     * The highest clock of the multiprocessors.
     *
     * @param device the device
     * @return megahertz
     */
    public int maxMultiprocessorClockMegahertz(long device) {
        return (int) value(NvmlQuery.MAX_SM_CLOCK, device);
    }

    /**
     * Why the clocks are not at their highest.
     *
     * @param device the device
     * @return a set of bits, which {@link ClockEventReason} names; 0 when nothing holds them back
     */
    public long clockEventReasons(long device) {
        return value(NvmlQuery.CLOCK_EVENT_REASONS, device);
    }

    private long value(NvmlQuery query, long device) {
        return calls.value(query, call(query, device), 0);
    }

    private MemorySegment call(NvmlQuery query, long device) {
        nvml.checkOpen();
        calls.require(query.feature());
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                calls.call(query, MemorySegment.ofAddress(device), out), calls.function(query));
        return out;
    }
}
