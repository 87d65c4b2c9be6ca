package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import org.jspecify.annotations.Nullable;

/** The handles of arrays that came in through DJL's interfaces. */
final class Handles {
    private Handles() {}

    /** The handle of an array, which stays the array's. */
    static long of(NDArray array) {
        return torch(array).handle();
    }

    /** The handle of an array, or 0 if there is none. */
    static long ofOptional(@Nullable NDArray array) {
        return array == null ? 0 : of(array);
    }

    /** The manager of an array, which wraps handles. */
    static TorchManager manager(NDArray array) {
        return torch(array).getManager();
    }

    /** A manager as what it is. */
    static TorchManager torch(NDManager manager) {
        if (manager instanceof TorchManager torch) {
            return torch;
        }
        throw new IllegalArgumentException(
                "expected a manager of the engine %s, found one of %s"
                        .formatted(TorchEngine.NAME, manager.getEngine().getEngineName()));
    }

    /** An array as what it is. */
    static TorchNDArray torch(NDArray array) {
        if (array instanceof TorchNDArray torch) {
            return torch;
        }
        throw new IllegalArgumentException(
                "expected an array of the engine %s, found one of %s"
                        .formatted(
                                TorchEngine.NAME, array.getManager().getEngine().getEngineName()));
    }
}
