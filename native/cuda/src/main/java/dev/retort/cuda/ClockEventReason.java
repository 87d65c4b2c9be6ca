package dev.retort.cuda;

import java.util.EnumSet;
import java.util.Set;

/** Why the clocks of a device are not at their highest: the bits of NVML's event reasons. */
public enum ClockEventReason {
    /** Nothing runs on the device. */
    IDLE(0x1),
    /** The clocks were set by an application. */
    APPLICATION_SETTING(0x2),
    /** The software's power limit. */
    SOFTWARE_POWER_CAP(0x4),
    /** A slowdown by hardware, for temperature or power. */
    HARDWARE_SLOWDOWN(0x8),
    /** The device keeps step with the others of its boost group. */
    SYNC_BOOST(0x10),
    /** The software's temperature limit. */
    SOFTWARE_THERMAL(0x20),
    /** The hardware's temperature limit. */
    HARDWARE_THERMAL(0x40),
    /** The power supply asked for a brake. */
    HARDWARE_POWER_BRAKE(0x80),
    /** The setting of a display. */
    DISPLAY_SETTING(0x100);

    private final long mask;

    ClockEventReason(long mask) {
        this.mask = mask;
    }

    /**
     * The bit of this reason.
     *
     * @return a number with one bit set
     */
    public long mask() {
        return mask;
    }

    /**
     * The reasons in a set of bits.
     *
     * @param bits as {@link NvmlSensors#clockEventReasons} returns them; bits of reasons that are
     *     unknown here are passed over
     * @return the reasons
     */
    public static Set<ClockEventReason> of(long bits) {
        EnumSet<ClockEventReason> reasons = EnumSet.noneOf(ClockEventReason.class);
        for (ClockEventReason reason : values()) {
            if ((bits & reason.mask) != 0) {
                reasons.add(reason);
            }
        }
        return reasons;
    }
}
