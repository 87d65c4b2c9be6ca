package dev.retort.efficiency;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;

import java.util.function.LongSupplier;

/** Meters on a clock of the test's, for tests of other packages. */
public final class Meters {
    private Meters() {}

    /** A meter whose clock the test moves, of two devices of 1 TFLOP/s. */
    public static RunMeter onClock(String name, Sampler sampler, LongSupplier nanoClock) {
        return RunOptions.of(name)
                .peak(2, _ -> Reading.now(1e12, "test"))
                .sampler(sampler)
                .nanoClock(nanoClock)
                .tag("team", "vision")
                .open();
    }

    /** The class path of this JVM, to start another one. */
    public static String classPath() {
        return Classes.path();
    }
}
