package dev.retort.torch;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many handles of arrays are in use, counted when Java is started with {@code
 * -Ddev.retort.torch.debug=true}: a number that grows from step to step is a leak.
 */
public final class LiveHandles {
    /** Whether handles are counted. */
    public static final boolean COUNTED = Boolean.getBoolean("dev.retort.torch.debug");

    private static final LongAdder LIVE = new LongAdder();

    private LiveHandles() {}

    /**
     * The number of arrays that are open now, in all managers.
     *
     * @throws IllegalStateException when handles are not counted
     */
    public static long count() {
        if (!COUNTED) {
            throw new IllegalStateException(
                    "handles are counted with -Ddev.retort.torch.debug=true only");
        }
        return LIVE.sum();
    }

    static void made() {
        if (COUNTED) {
            LIVE.increment();
        }
    }

    static void freed() {
        if (COUNTED) {
            LIVE.decrement();
        }
    }
}
