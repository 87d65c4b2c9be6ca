package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException.Failure;
import dev.retort.cuda.ffi.cupti.cupti_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** NVIDIA's profiling interface, as far as it is asked for its version. */
public final class Cupti {
    private final LoadedLibrary library;

    Cupti(LoadedLibrary library) {
        this.library = library;
    }

    /**
     * Finds and loads the library.
     *
     * @return the interface, or why it is absent; never an exception
     */
    public static Availability<Cupti> probe() {
        return switch (CudaLibrary.CUPTI.probe()) {
            case Available<LoadedLibrary>(LoadedLibrary library) ->
                    new Available<>(new Cupti(library));
            case Unavailable<LoadedLibrary>(List<String> reasons) -> new Unavailable<>(reasons);
        };
    }

    /**
     * The library behind this object.
     *
     * @return its file and where it was found
     */
    public LoadedLibrary library() {
        return library;
    }

    /**
     * The version of the interface.
     *
     * @return for example 130000
     * @throws CudaException when the library refuses
     */
    public int apiVersion() {
        MemorySegment out = Scratch.segment();
        int code = cupti_h.cuptiGetVersion(out);
        if (code != 0) {
            throw new CudaException(
                    new Failure(
                            "cuptiGetVersion", code, "CUptiResult " + code, "no version", false));
        }
        return out.get(ValueLayout.JAVA_INT, 0);
    }
}
