package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import java.util.Map;

/** Finds values that are no finite numbers. */
final class Finite {
    private Finite() {}

    /**
     * Refuses arrays with such values. Where there are none, one number is read from the device.
     *
     * @param arrays the arrays by name
     * @param step the step after which they are looked at
     * @param parent intermediate arrays live in a sub-manager of it
     * @throws TrainingDivergedException if there are, with the name of the first array
     */
    static void require(Map<String, NDArray> arrays, long step, NDManager parent) {
        try (NDManager scope = parent.newSubManager()) {
            NDList flags = new NDList();
            for (NDArray array : arrays.values()) {
                if (array.getDataType().isFloating()) {
                    flags.add(flag(array, scope));
                }
            }
            if (flags.isEmpty() || NDArrays.stack(flags).sum().getFloat() == 0) {
                return;
            }
            for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
                NDArray array = entry.getValue();
                if (array.getDataType().isFloating() && flag(array, scope).getFloat() != 0) {
                    throw new TrainingDivergedException(entry.getKey(), step);
                }
            }
        }
    }

    /** 0 if all values are finite, else not a number, on the device. */
    private static NDArray flag(NDArray array, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            NDArray view = array.stopGradient();
            // What is made of a view belongs to its manager.
            view.attach(scope);
            // Infinity times 0 is no number either.
            NDArray flag = view.mul(0).sum().toType(DataType.FLOAT32, false);
            flag.attach(owner);
            return flag;
        }
    }
}
