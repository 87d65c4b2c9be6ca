package dev.retort.cuda.standin;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the simulated NVML reads of its devices. A test sets it; the next call sees it. Devices are
 * named by the driver's ordinal, which is not NVML's index.
 */
public final class StandInNvml {
    /** The number of the first MIG GPU instance. */
    public static final int FIRST_GPU_INSTANCE = 3;

    /** The number of the first process. */
    public static final int FIRST_PID = 4000;

    // The layout of struct nvml_control in nvml.h.
    private static final int DEVICES = 8;
    private static final int GPM_METRICS = 64;
    private static final int EVENTS = 16;
    private static final int FIELD_FAULTS = 8;
    private static final int GPM = DEVICES * Value.values().length * Long.BYTES;
    private static final int FIRST_EVENT = GPM + DEVICES * GPM_METRICS * Long.BYTES;
    private static final int EVENT_COUNT = FIRST_EVENT + EVENTS * 3 * Long.BYTES;
    private static final int FIRST_FIELD_FAULT = EVENT_COUNT + Long.BYTES;
    private static final int GPM_SAMPLES = FIRST_FIELD_FAULT + FIELD_FAULTS * 2 * Long.BYTES;
    private static final int EVENT_SETS = GPM_SAMPLES + Long.BYTES;
    private static final int BYTES = EVENT_SETS + Long.BYTES;

    private final MappedByteBuffer control;
    private int fieldFaults;

    private StandInNvml(MappedByteBuffer control) {
        this.control = control;
    }

    /** What can be set of a device. The order is that of enum value in nvml.h. */
    public enum Value {
        /** Percent. */
        UTILIZATION_GPU(87),
        /** Percent. */
        UTILIZATION_MEMORY(43),
        /** Milliwatts. */
        POWER_MW(312_500),
        /** Milliwatts. */
        POWER_LIMIT_MW(700_000),
        /** Millijoules; more than 32 bits hold. */
        ENERGY_MJ(5_000_000_000L),
        /** Degrees Celsius. */
        TEMPERATURE_C(61),
        /** Degrees Celsius. */
        MEMORY_TEMPERATURE_C(72),
        /** Megahertz. */
        CLOCK_GRAPHICS_MHZ(1980),
        /** Megahertz. */
        CLOCK_SM_MHZ(1755),
        /** Megahertz. */
        CLOCK_MEMORY_MHZ(2619),
        /** Megahertz. */
        CLOCK_VIDEO_MHZ(1545),
        /** Bits; the highest is a reason that nobody knows yet. */
        CLOCK_EVENT_REASONS(0x4 | 0x20 | 1L << 40),
        /** From 0 to 15. */
        PERFORMANCE_STATE(0),
        /** KB/s. */
        PCIE_TX_KBPS(1_200_000),
        /** KB/s. */
        PCIE_RX_KBPS(3_400_000),
        /** Packets. */
        PCIE_REPLAYS(0),
        /** Bytes, of which the lower 32 bits are shown. */
        PCIE_TX_BYTES(1000),
        /** Bytes, of which the lower 32 bits are shown. */
        PCIE_RX_BYTES(2000),
        /** Links that are up. */
        NVLINKS(2),
        /** KiB, of each link. */
        NVLINK_TX_KIB(500),
        /** KiB, of each link. */
        NVLINK_RX_KIB(700),
        /** Added to 10 times the link and the number of the kind. */
        NVLINK_ERRORS(0),
        /** Errors. */
        ECC_CORRECTED(0),
        /** Errors. */
        ECC_UNCORRECTED(0),
        /** Rows. */
        REMAPPED_CORRECTED(0),
        /** Rows. */
        REMAPPED_UNCORRECTED(0),
        /** 0 or 1. */
        REMAPPING_PENDING(0),
        /** 0 or 1. */
        REMAPPING_FAILED(0),
        /** From 0 to 4. */
        RECOVERY_ACTION(0),
        /** How many run. */
        PROCESSES(0),
        /** Bytes of an element of the driver's table. */
        PROCESS_STRIDE(24),
        /** Whether the driver tells the memory of processes. */
        PROCESS_MEMORY_KNOWN(1),
        /** Whether the driver keeps accounts. */
        ACCOUNTING(0),
        /** Whether the device says that it has GPM. */
        GPM_SUPPORTED(1),
        /** How many metrics the driver's struct has. */
        GPM_METRIC_MAX(333),
        /** How many instances there are; 0 is out of MIG mode. */
        MIG_INSTANCES(0),
        /** Part of the instances' UUIDs. */
        MIG_GENERATION(0),
        /** The kinds of events that the device reports. */
        EVENT_TYPES(0x10B);

        private final long initial;

        Value(long initial) {
            this.initial = initial;
        }
    }

    static StandInNvml map(Path folder) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("standin.nvml"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MappedByteBuffer control = file.map(MapMode.READ_WRITE, 0, BYTES);
            control.order(ByteOrder.nativeOrder());
            return new StandInNvml(control);
        }
    }

    /** The initial values, no events and no faults. What is alive stays so. */
    void reset() {
        for (int ordinal = 0; ordinal < DEVICES; ordinal++) {
            for (Value value : Value.values()) {
                set(ordinal, value, value.initial);
            }
            for (int metric = 0; metric < GPM_METRICS; metric++) {
                gpm(ordinal, metric, metric + 0.5);
            }
        }
        for (int i = FIRST_EVENT; i < GPM_SAMPLES; i++) {
            control.put(i, (byte) 0);
        }
        fieldFaults = 0;
    }

    /**
     * Sets a value.
     *
     * @param ordinal the device
     * @param value which
     * @param amount its new value
     */
    public void set(int ordinal, Value value, long amount) {
        control.putLong(at(ordinal, value), amount);
    }

    /**
     * Adds to a value.
     *
     * @param ordinal the device
     * @param value which
     * @param amount how much
     */
    public void add(int ordinal, Value value, long amount) {
        control.putLong(at(ordinal, value), control.getLong(at(ordinal, value)) + amount);
    }

    @SuppressWarnings("EnumOrdinal") // The order is the layout that C knows.
    private static int at(int ordinal, Value value) {
        return (ordinal * Value.values().length + value.ordinal()) * Long.BYTES;
    }

    /**
     * Sets an activity. That of a MIG instance is this plus the instance's number.
     *
     * @param ordinal the device
     * @param metric the metric's number in {@code nvml.h}, below 64
     * @param value its value; negative for one that the device does not have
     */
    public void gpm(int ordinal, int metric, double value) {
        control.putLong(
                GPM + (ordinal * GPM_METRICS + metric) * Long.BYTES, Math.round(value * 1000));
    }

    /**
     * Lets something happen to a device.
     *
     * @param ordinal the device
     * @param type the bit of the event's kind
     * @param data for a critical error its XID
     */
    public void raise(int ordinal, long type, long data) {
        long count = control.getLong(EVENT_COUNT);
        int at = FIRST_EVENT + (int) (count % EVENTS) * 3 * Long.BYTES;
        control.putLong(at, ordinal);
        control.putLong(at + Long.BYTES, type);
        control.putLong(at + 2 * Long.BYTES, data);
        control.putLong(EVENT_COUNT, count + 1);
    }

    /**
     * Lets one field fail among those of a call.
     *
     * @param field its number in {@code nvml.h}
     * @param code its result
     */
    public void failField(int field, int code) {
        if (fieldFaults == FIELD_FAULTS) {
            throw new IllegalArgumentException("no room for a fault of field " + field);
        }
        int at = FIRST_FIELD_FAULT + fieldFaults++ * 2 * Long.BYTES;
        control.putLong(at + Long.BYTES, code);
        control.putLong(at, field);
    }

    /** What is alive and should not be, in words. */
    List<String> leaks() {
        return Stream.of(
                        "GPM_SAMPLES=" + control.getLong(GPM_SAMPLES),
                        "EVENT_SETS=" + control.getLong(EVENT_SETS))
                .filter(count -> !count.endsWith("=0"))
                .toList();
    }
}
