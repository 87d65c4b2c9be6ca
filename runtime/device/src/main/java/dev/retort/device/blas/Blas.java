package dev.retort.device.blas;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.preset.Presets;

import java.util.List;

/**
 * cuBLASLt, if it can be loaded. Loading takes seconds and some hundred megabytes, and happens once
 * per process. May be used from any thread.
 */
public final class Blas {
    private Blas() {}

    /**
     * Loads the library.
     *
     * @return its entry, or why it cannot be used; never an exception
     */
    public static Availability<Blas> probe() {
        return switch (Presets.load("org.bytedeco.cuda.global.cublas")) {
            case Available<Class<?>> _ -> new Available<>(new Blas());
            case Unavailable<Class<?>>(List<String> reasons) -> new Unavailable<>(reasons);
        };
    }

    /**
     * The library's version.
     *
     * @return for example {@code 13.2.1}
     */
    public String version() {
        return BlasLt.version();
    }

    /**
     * Prepares the library for a device.
     *
     * @param context where the products will be computed
     * @return the handle, owned by the caller, which closes it before the context
     * @throws BlasException when the library refuses
     */
    public BlasLt open(DeviceContext context) {
        return BlasLt.open(context);
    }
}
